"""Compressed pages whose length says less: gzip with a random-length comment (BREACH, T1).

Pages reflect what was typed beside a forgery token; the token is masked afresh each time, and the
padding blurs the length that an observer of the line could compare.
"""

import secrets
import struct
import zlib

from flask import Flask, Response, request

LEVEL = 6
MOST_PADDING = 32
SMALLEST = 400
_HEAD = b"\x1f\x8b\x08\x10\x00\x00\x00\x00\x00\xff"  # gzip with a comment, no time, no system


def padded_gzip(body: bytes) -> bytes:
    """Return `body` as one gzip member with a comment of random length."""
    squeezer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = squeezer.compress(body) + squeezer.flush()
    comment = b"0" * secrets.randbelow(MOST_PADDING) + b"\0"
    return b"".join((_HEAD, comment, packed, struct.pack("<II", zlib.crc32(body), len(body) & 0xFFFFFFFF)))


def init_app(app: Flask) -> None:
    """Compress every HTML answer for browsers that can read it."""

    @app.after_request
    def squeeze(response: Response) -> Response:
        if (
            response.mimetype != "text/html"
            or response.direct_passthrough
            or "gzip" not in request.headers.get("Accept-Encoding", "")
        ):
            return response
        body = response.get_data()
        response.headers["Vary"] = "Accept-Encoding"
        if len(body) >= SMALLEST:
            response.set_data(padded_gzip(body))
            response.headers["Content-Encoding"] = "gzip"
        return response
