"""Compressed pages whose length says less (BREACH, T1).

Pages reflect what was typed beside a forgery token; the token is masked afresh each time, and a tail of random length
blurs the size that an observer of the line could compare.

Most of a lesson is the same for everybody who reads it. A template says with `{{ shared_end }}` where that part ends;
its compression is kept half-way and only continued for each reader.
"""

import secrets
import zlib
from functools import lru_cache

import brotli
from flask import Flask, Response, request

# On a page of 17 KB, Brotli at 5 takes as long as gzip at 6 and saves 8 %; browsers ask for it on safe lines only.
BROTLI = {"quality": 5, "lgwin": 16}
GZIP_LEVEL = 6
MOST_PADDING = 24
SMALLEST = 400
SHARED_END = "\ue000s"
# 128 KB for each kept state instead of 256, at no loss for pages of this size.
SHARED_LEVEL, SHARED_WINDOW, SHARED_MEMORY, MOST_SHARED = 9, 14, 7, 32
_MARK = SHARED_END.encode()


def squeezed(body: bytes, accepted: str) -> tuple[bytes, str]:
    """Return a page as small as the browser can read it, and the name of the encoding, empty for none.

    Args:
        body: the HTML, perhaps with the mark after its shared part.
        accepted: the request's `Accept-Encoding`.

    """
    known = {name.partition(";")[0].strip() for name in accepted.split(",")}
    shared, mark, own = body.partition(_MARK)
    if len(body) < SMALLEST or not known & {"br", "gzip"}:
        return shared + own, ""
    tail = b"<!--" + secrets.token_hex(MOST_PADDING).encode()[: secrets.randbelow(MOST_PADDING)] + b"-->"
    if mark and "gzip" in known:
        began, state = _begun(shared)
        going = state.copy()
        return began + going.compress(own + tail) + going.flush(), "gzip"
    if "br" in known:
        return brotli.compress(shared + own + tail, **BROTLI), "br"
    squeezer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return squeezer.compress(shared + own + tail) + squeezer.flush(), "gzip"


@lru_cache(maxsize=MOST_SHARED)
def _begun(shared: bytes) -> tuple[bytes, "zlib._Compress"]:
    state = zlib.compressobj(SHARED_LEVEL, zlib.DEFLATED, 16 + SHARED_WINDOW, SHARED_MEMORY)
    return state.compress(shared), state


def init_app(app: Flask) -> None:
    """Compress every HTML answer for browsers that can read it."""
    app.jinja_env.globals["shared_end"] = SHARED_END

    @app.after_request
    def squeeze(response: Response) -> Response:
        if response.mimetype != "text/html" or response.direct_passthrough:
            return response
        response.headers["Vary"] = "Accept-Encoding"
        body, encoding = squeezed(response.get_data(), request.headers.get("Accept-Encoding", ""))
        response.set_data(body)
        if encoding:
            response.headers["Content-Encoding"] = encoding
        return response
