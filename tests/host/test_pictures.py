"""Pictures written anew: nothing but the picture is left, and what is none is refused (UPL-1, UPL-2, UPL-4)."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from lms.host import pictures
from lms.host.pictures import Rewritten, Unreadable, apart, here, rewritten

CANARY = b"CANARY-50.4501N"
STILL = (("PNG", ".png"), ("JPEG", ".jpg"), ("WEBP", ".webp"))


def drawn(form="PNG", size=(40, 30), mode="RGB", **more):
    held = io.BytesIO()
    image = Image.new(mode, size, "green")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    image.save(held, form, **more)
    return held.getvalue()


def several(form):
    held = io.BytesIO()
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    frames[0].save(held, form, save_all=True, append_images=frames[1:])
    return held.getvalue()


def carrying(form):
    """A picture that says where it was taken, in every place its format has for that, with a page behind it."""
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    exif.get_ifd(0x8825)[29] = CANARY.decode()
    more = {"exif": exif.tobytes()}
    if form == "PNG":
        told = PngImagePlugin.PngInfo()
        told.add_text("Location", CANARY.decode())
        told.add_itxt("XML:com.adobe.xmp", CANARY.decode())
        more["pnginfo"] = told
    if form == "JPEG":
        more |= {"comment": CANARY, "icc_profile": CANARY}
    if form == "WEBP":
        more |= {"xmp": CANARY, "icc_profile": CANARY}
    return drawn(form, **more) + b"<script>" + CANARY


def header(width, height):
    """The beginning of a PNG that says it is so large, and nothing of its content."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = b"IDAT" + zlib.compress(b"")
    chunks = [struct.pack(">I", len(one) - 4) + one + struct.pack(">I", zlib.crc32(one)) for one in (chunk, body)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(("form", "ending"), STILL)
def test_nothing_but_the_picture_is_left(form, ending):
    """UPL-2"""
    data = carrying(form)
    assert CANARY in data
    made = rewritten(data)
    assert CANARY not in made.data
    assert b"<script>" not in made.data
    assert made.name.endswith(ending)
    with Image.open(io.BytesIO(made.data)) as image:
        assert (image.format, image.size, not image.getexif()) == (form, (40, 30), True)
        assert not {"exif", "xmp", "icc_profile", "comment", "Location"} & set(image.info)
    assert rewritten(drawn(form)).name == made.name, "the name is made of what is left"


def test_a_picture_that_keeps_what_it_carries_is_found(monkeypatch):
    """The planted fault: the bytes as they came."""
    monkeypatch.setattr(
        "tests.host.test_pictures.rewritten", lambda data: Rewritten("0.png", data, 40, 30), raising=True
    )
    with pytest.raises(AssertionError):
        test_nothing_but_the_picture_is_left("PNG", ".png")


def test_a_picture_stands_as_it_was_held_and_is_no_wider_than_a_page():
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = rewritten(drawn("JPEG", exif=exif.tobytes()))
    assert (turned.width, turned.height) == (30, 40)
    with Image.open(io.BytesIO(turned.data)) as image:
        red, green, _blue = image.convert("RGB").getpixel((15, 5))
        assert red > green
    wide = rewritten(drawn(size=(3000, 1000)))
    assert (wide.width, wide.height) == (1440, 480)
    assert rewritten(several("MPO")).name.endswith(".jpg"), "telephones put a second picture behind the first"


REFUSED = {
    "animated png": (several("PNG"), "animated"),
    "animated webp": (several("WEBP"), "animated"),
    "gif": (drawn("GIF"), "kind"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "kind"),
    "page": (b"<html><script>alert(1)</script>", "kind"),
    "pdf": (b"%PDF-1.7\n", "kind"),
    "nothing": (b"", "kind"),
    "cut": (drawn("JPEG", size=(400, 300))[:300], "kind"),
    "bomb": (header(50_000, 50_000), "kind"),
    "wide": (header(6_000, 6_000), "pixels"),
    "long": (drawn() + bytes(pictures.LARGEST_FILE), "large"),
}


def test_what_is_no_still_picture_is_refused():
    """UPL-1"""
    assert {name: here([data])[0] for name, (data, _fault) in REFUSED.items()} == {
        name: fault for name, (_data, fault) in REFUSED.items()
    }
    with pytest.raises(Unreadable, match="6000 × 6000"):
        rewritten(REFUSED["wide"][0])


def test_a_process_apart_does_the_same_and_what_it_does_not_answer_is_refused(monkeypatch):
    """UPL-4"""
    batch = [drawn(), *(data for data, _fault in REFUSED.values()), carrying("JPEG")]
    assert apart(batch) == here(batch)
    assert apart([]) == []
    monkeypatch.setattr(pictures, "WALL", 0.0)
    assert apart([drawn(), drawn()]) == ["kind", "kind"]


def test_a_process_apart_ends_at_its_limits(monkeypatch):
    """UPL-4: what was answered before a limit counts; the planted limit is memory for nothing but the smallest picture."""
    monkeypatch.setattr(pictures, "MEMORY", 250 * 1024 * 1024)
    first, second = apart([drawn(), drawn(mode="RGBA", size=(5_000, 5_000), compress_level=1)])
    assert isinstance(first, Rewritten)
    assert second == "kind"
