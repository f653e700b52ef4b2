"""Pages on the wire: small, readable again, and of a length that says less."""

import zlib

import brotli
import pytest

from lms.host.compress import SHARED_END, _begun, squeezed

BODY = b"<!doctype html><title>x</title>" + b"<p>Some words that repeat.</p>" * 200


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip, deflate", "gzip"),
        ("gzip;q=0.8, br;q=1.0", "br"),
        ("deflate", ""),
        ("", ""),
        ("brotli-not", ""),
    ],
)
def test_a_page_is_sent_in_the_best_form_the_browser_reads(accepted: str, encoding: str) -> None:
    body, name = squeezed(BODY, accepted)
    assert name == encoding
    plain = {"br": brotli.decompress, "gzip": lambda data: zlib.decompress(data, 47), "": lambda data: data}[name](body)
    assert plain.startswith(BODY)
    assert name == "" or len(body) < len(BODY) // 10


def test_the_length_of_one_page_differs_from_time_to_time() -> None:
    assert len({len(squeezed(BODY, "br")[0]) for _ in range(60)}) > 3
    assert len({len(squeezed(BODY, "gzip")[0]) for _ in range(60)}) > 3


def test_a_tiny_answer_stays_as_it_is() -> None:
    assert squeezed(b"<p>x</p>", "br") == (b"<p>x</p>", "")


def test_the_shared_part_of_a_page_is_compressed_once_and_every_reader_gets_their_own_end() -> None:
    shared = "<p>Words for everybody.</p>" * 300
    ends = ["<p>amber-heron</p>", "<p>quiet-finch</p>", ""]
    before = _begun.cache_info()
    for end in ends:
        body, name = squeezed((shared + SHARED_END + end).encode(), "gzip, br")
        plain = zlib.decompress(body, 47).decode()
        assert name == "gzip"
        assert plain.partition("<!--")[0] == shared + end
    after = _begun.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits) == (1, 2)


@pytest.mark.parametrize("accepted", ["", "gzip", "br", "gzip, br"])
def test_the_mark_is_never_sent(accepted: str) -> None:
    body, name = squeezed(("x" * 600 + SHARED_END + "y").encode(), accepted)
    plain = {"br": brotli.decompress, "gzip": lambda data: zlib.decompress(data, 47), "": lambda data: data}[name](body)
    assert plain.decode().startswith("x" * 600 + "y")
