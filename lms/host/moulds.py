"""Pages compressed once, with a gap where each reader's token belongs (BREACH, T1).

A page that is the same for many is compressed as hard as it goes, and kept. Its gap lies in the stream byte for byte,
as a block that is not compressed, so that a reader's token is put in by replacing bytes. The token is thus never
compressed together with anything else, and its length never differs.

Formats: RFC 1951 section 3.2.4 (stored block), RFC 1952 (gzip), RFC 7932 section 9.2 (uncompressed meta-block).
"""

import secrets
import zlib
from dataclasses import dataclass

import brotli

from lms.host.security.csrf import TOKEN_LENGTH

# Forty-three rare characters of two bytes, so that no compressor makes them shorter; the end is that of every token,
# because Brotli looks at the two bytes before a literal.
GAP = "".join(chr(0xD0 + number * 37 % 1800) for number in range(43)) + "=="
_GAP = GAP.encode()
assert len(_GAP) == TOKEN_LENGTH
GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
BROTLI_END = b"\x03"
MOST_PADDING = 24


@dataclass(frozen=True, slots=True)
class Mould:
    """A page with its gap, as it is and compressed.

    Args:
        page: the HTML.
        gzip: a DEFLATE stream that is still open, at a byte's edge; empty if it could not be made.
        br: a Brotli stream likewise.
        pressed: whether compressing was tried.

    """

    page: bytes
    gzip: bytes = b""
    br: bytes = b""
    pressed: bool = False

    def filled(self, token: bytes, accepted: str) -> tuple[bytes, str]:
        """Return the page of one reader and the name of its encoding, empty for none.

        Args:
            token: `TOKEN_LENGTH` bytes.
            accepted: the request's `Accept-Encoding`.

        """
        known = {name.partition(";")[0].strip() for name in accepted.split(",")}
        tail = padding()
        if self.br and "br" in known:
            return self.br.replace(_GAP, token) + _uncompressed(tail) + BROTLI_END, "br"
        page = self.page.replace(_GAP, token) + tail
        if self.gzip and "gzip" in known:
            end = zlib.crc32(page).to_bytes(4, "little") + len(page).to_bytes(4, "little")
            return GZIP_HEAD + self.gzip.replace(_GAP, token) + _stored(tail) + end, "gzip"
        return page, ""


def mould(page: bytes) -> Mould:
    """Compress a page around its gap; a form that does not open again to the page is not used.

    Args:
        page: HTML that holds the gap at least once.

    """
    before, gap, after = page.partition(_GAP)
    if not gap:
        raise ValueError("the page has no gap")
    token = secrets.token_bytes(TOKEN_LENGTH - 2) + b"=="
    made = Mould(page, _deflated(before, after), _brotlied(before, after))
    return Mould(
        page,
        made.gzip if _opens(made, token, "gzip") else b"",
        made.br if _opens(made, token, "br") else b"",
        pressed=True,
    )


def padding() -> bytes:
    """Return a comment of random length, which blurs the size an observer of the line could compare."""
    return b"<!--" + secrets.token_hex(MOST_PADDING).encode()[: secrets.randbelow(MOST_PADDING)] + b"-->"


def _opens(made: Mould, token: bytes, encoding: str) -> bool:
    body, _ = made.filled(token, encoding)
    try:
        plain = brotli.decompress(body) if encoding == "br" else zlib.decompress(body, 16 + zlib.MAX_WBITS)
    except (brotli.error, zlib.error):
        return False
    return bool(plain.startswith(made.page.replace(_GAP, token)))


def _deflated(before: bytes, after: bytes) -> bytes:
    squeezer = zlib.compressobj(zlib.Z_BEST_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    parts = [squeezer.compress(part) + squeezer.flush(zlib.Z_SYNC_FLUSH) for part in (before, _GAP, after)]
    return b"".join(parts)


def _brotlied(before: bytes, after: bytes) -> bytes:
    squeezer = brotli.Compressor(mode=brotli.MODE_TEXT, quality=11, lgwin=16)
    first, _, last = [squeezer.process(part) + squeezer.flush() for part in (before, _GAP, after)]
    return bytes(first + _uncompressed(_GAP) + last)


def _stored(data: bytes) -> bytes:
    size = len(data)
    return b"\x01" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little") + data


def _uncompressed(data: bytes) -> bytes:
    return ((len(data) - 1) << 3 | 1 << 19).to_bytes(3, "little") + data
