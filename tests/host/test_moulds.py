"""Pages compressed once: every reader's own token, nobody else's, and a stream that every browser opens."""

import secrets
import zlib

import brotli
import pytest

from lms.host import moulds
from lms.host.moulds import GAP, Mould, mould
from lms.host.security.csrf import masked

PAGE = (
    "<!doctype html><title>x</title>"
    + "<p>Some words that repeat, and كلمات, and ၁၂၃.</p>" * 120
    + f'<form><input name="csrf" value="{GAP}"></form>'
    + "<li>more</li>" * 80
    + f'<form><input name="csrf" value="{GAP}"><button>Leave</button></form>'
).encode()
OPEN = {"br": brotli.decompress, "gzip": lambda data: zlib.decompress(data, 31), "": lambda data: data}


def token() -> bytes:
    return masked(secrets.token_bytes(32)).encode()


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, br", "br"), ("gzip", "gzip"), ("br;q=1, gzip;q=0.8", "br"), ("deflate", ""), ("", "")],
)
def test_every_reader_gets_the_page_with_their_own_token(accepted: str, encoding: str) -> None:
    made = mould(PAGE)
    for mine in (token(), token(), token()):
        body, name = made.filled(mine, accepted)
        plain = OPEN[name](body)
        assert name == encoding
        assert plain.startswith(PAGE.replace(GAP.encode(), mine))
        assert plain.count(mine) == 2
        assert GAP.encode() not in plain


def test_the_token_is_never_compressed_with_the_page() -> None:
    """BREACH: what is typed beside a token must not shorten the page by repeating it."""
    made, mine = mould(PAGE), token()
    for encoding in ("gzip", "br"):
        assert made.filled(mine, encoding)[0].count(mine) == 1


def test_a_mould_is_smaller_than_what_is_compressed_for_one_reader() -> None:
    made, mine = mould(PAGE), token()
    whole = PAGE.replace(GAP.encode(), mine)
    assert len(made.br) < len(brotli.compress(whole, quality=5, lgwin=16)) + len(mine)
    assert len(made.gzip) < len(zlib.compress(whole, 6)) + len(mine)


def test_the_length_of_one_page_differs_from_time_to_time() -> None:
    made, mine = mould(PAGE), token()
    for accepted in ("br", "gzip", ""):
        assert len({len(made.filled(mine, accepted)[0]) for _ in range(60)}) > 3


def test_a_stream_that_does_not_open_again_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moulds, "_brotlied", lambda before, after: b"\x0b" + before[:9] + after[:9])
    made = mould(PAGE)
    assert made.br == b""
    assert made.filled(token(), "br, gzip")[1] == "gzip"


def test_a_page_without_a_gap_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no gap"):
        mould(b"<p>hello</p>")


def test_a_page_that_was_not_compressed_yet_is_sent_as_it_is() -> None:
    mine = token()
    body, encoding = Mould(PAGE).filled(mine, "br, gzip")
    assert encoding == ""
    assert body.startswith(PAGE.replace(GAP.encode(), mine))
