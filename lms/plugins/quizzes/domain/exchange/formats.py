"""A file in any of the formats: what it is, what is in it, and the way out."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from types import MappingProxyType
from typing import Any

from lms.host.pictures import Rewrite, apart
from lms.plugins.quizzes.domain.exchange import (
    MOST_BYTES,
    MOST_MEGABYTES,
    MOST_QUESTIONS,
    aiken,
    gift,
    gift_out,
    moodle,
    moodle_out,
    packages,
    qti,
    qti_out,
    texts,
    trees,
)
from lms.plugins.quizzes.domain.exchange.draft import Entry, Found
from lms.plugins.quizzes.domain.exchange.out import Parting
from lms.plugins.quizzes.domain.exchange.remarks import Refused
from lms.plugins.quizzes.domain.exchange.settle import refused_file, settled
from lms.plugins.quizzes.domain.quiz import Types

_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_WRITERS: Mapping[str, Callable[[Iterable[Parting]], tuple[bytes, Any]]] = {
    "gift": gift_out.write,
    "moodle-xml": moodle_out.write,
    "aiken": aiken.write,
    "qti21": partial(qti_out.write, version="2.1"),
    "qti30": partial(qti_out.write, version="3.0"),
}


def read(data: bytes, types: Types, rewrite: Rewrite = apart) -> tuple[Entry, ...]:
    """Return what becomes of each question of a file in any of the formats; it never raises for what a file holds.

    Args:
        data: the file. What it is, is seen from it, not from its name.
        types: the question types of the site.
        rewrite: writes its pictures anew.

    """
    try:
        return settled(_all(data), types, rewrite)
    except Refused as refusal:
        return refused_file(refusal.remark)


def write(
    questions: Iterable[tuple[str, Mapping[str, Any]]], form: str, pictures: Mapping[str, bytes] = MappingProxyType({})
) -> tuple[bytes, Sequence[Parting]]:
    """Return a file, and what became of each question: written, written with named losses, or refused.

    Args:
        questions: (name, item of a quiz file); the name is what the other program calls it.
        form: one of `FORMATS`.
        pictures: the pictures of questions, by the same name.

    """
    data, made = _WRITERS[form]([Parting(name, item, picture=pictures.get(name, b"")) for name, item in questions])
    return data, made.partings


def _all(data: bytes) -> list[Found]:
    if len(data) > MOST_BYTES:
        raise Refused("large", most=MOST_MEGABYTES)
    found = list(islice(_found(data), MOST_QUESTIONS + 1))
    if len(found) > MOST_QUESTIONS:
        raise Refused("many", most=MOST_QUESTIONS)
    if not found:
        raise Refused("empty")
    return found


def _found(data: bytes) -> Iterator[Found]:
    if data.startswith(b"PK\x03\x04"):
        return packages.read(data)
    if _is_xml(data):
        return _of_xml(data)
    if _is_json(data):
        raise Refused("unknown-format")
    return aiken.read(data) if aiken.is_aiken(texts.decoded(data)) else gift.read(data)


def _of_xml(data: bytes) -> Iterator[Found]:
    try:
        root = trees.parsed(data)
    except Refused as refusal:
        if refusal.remark.code != "xml" or b"<?xml" in data[:100] or not aiken.is_aiken(texts.decoded(data)):
            raise
        return aiken.read(data)  # a question that begins with a tag
    return moodle.read(root) if root.name == "quiz" else qti.read(root)


def _is_xml(data: bytes) -> bool:
    start = data[:200]
    for mark in _MARKS:
        start = start.removeprefix(mark)
    return start.replace(b"\x00", b"").lstrip().startswith(b"<")


def _is_json(data: bytes) -> bool:
    if not data.lstrip().startswith((b"{", b"[")):
        return False
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True
