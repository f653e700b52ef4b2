"""Pages on the wire: small, readable again, and of a length that says less."""

import zlib

import brotli
import pytest

from lms.host.compress import squeezed

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
