"""Reading a certificate back, as a person, a screen reader or a forensic examiner would."""

import io
import re
import shutil
import subprocess

import pikepdf


def words(pdf):
    """Return the text of a PDF as one line, without the marks of direction that pdftotext adds."""
    tool = shutil.which("pdftotext")
    assert tool, "install poppler-utils"
    text = subprocess.run([tool, "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return " ".join(re.sub("[\u200e\u200f\u202a-\u202e\f]", "", text).split())


def record(pdf):
    """Return the signed record inside."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        (name,) = document.attachments
        return document.attachments[name].get_file().read_bytes()


def every_byte(pdf):
    """Return the file with every stream opened, besides the file itself."""
    plain = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(plain, stream_decode_level=pikepdf.StreamDecodeLevel.all, compress_streams=False)
    return plain.getvalue() + pdf


def code_of(pdf):
    """Return the code that is printed."""
    (found,) = re.findall(r"((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}) ((?:[0-9A-Z]{4}-){2}[0-9A-Z]{3})", words(pdf))
    return "-".join(found)
