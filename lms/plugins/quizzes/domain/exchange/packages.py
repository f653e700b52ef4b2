"""Content packages: a ZIP with a manifest and a file for each question. Read in memory, one file after the other."""

import posixpath
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from lms.plugins.quizzes.domain.exchange import qti, trees
from lms.plugins.quizzes.domain.exchange.draft import Draft, Found
from lms.plugins.quizzes.domain.exchange.remarks import Refused, Remark
from lms.plugins.quizzes.domain.exchange.trees import Node, node

MOST_FILES = 2_000
MOST_BYTES = 20_000_000
MOST_OF_ONE = 2_000_000
TYPES = {"2.1": "imsqti_item_xmlv2p1", "3.0": "imsqti_item_xmlv3p0"}
CONTENT = "http://www.imsglobal.org/xsd/imscp_v1p1"
BROKEN = (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error)
THE_SAME_DAY = (2000, 1, 1, 0, 0, 0)


def read(data: bytes) -> Iterator[Found]:
    """Yield the questions of a package, in the order of the names of their files.

    Raises:
        Refused: damaged, encrypted, too large unpacked, or without a question.

    """
    try:
        with ZipFile(BytesIO(data)) as package:
            files = _files(package)
            beside = _Beside(data, frozenset(package.namelist()))
            place = 0
            for name in files:
                for draft, make in _of_file(_content(package, name)):
                    place += 1
                    draft.place = place
                    draft.name = draft.name or name
                    draft.files = partial(beside.get, posixpath.dirname(name))
                    yield draft, make
    except BROKEN:
        raise Refused("package") from None


class _Beside:
    """The other files of a package, of which not more is read in all than it may hold."""

    def __init__(self, data: bytes, names: Collection[str]) -> None:
        self._data = data
        self._names = names
        self._read: dict[str, bytes | None] = {}
        self._left = MOST_BYTES

    def get(self, folder: str, address: str) -> bytes | None:
        """Return the file under an address that stands in a file of `folder`."""
        name = posixpath.normpath(posixpath.join(folder, address))
        if name not in self._read and name in self._names and self._left > 0:
            try:
                with ZipFile(BytesIO(self._data)) as package:
                    self._read[name] = _content(package, name)
            except (*BROKEN, Refused):
                self._read[name] = b""
            self._left -= len(self._read[name] or b"")
        return self._read.get(name)


def _files(package: ZipFile) -> list[str]:
    found = package.infolist()
    if len(found) > MOST_FILES or sum(info.file_size for info in found) > MOST_BYTES:
        raise Refused("package")
    if any(info.flag_bits & 1 or info.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for info in found):
        raise Refused("package")
    return sorted(info.filename for info in found if info.filename.lower().endswith(".xml"))


def _content(package: ZipFile, name: str) -> bytes:
    """Read a file and not a byte more than it may have, whatever the directory says of its size."""
    with package.open(name) as file:
        data = file.read(MOST_OF_ONE + 1)
    if len(data) > MOST_OF_ONE:
        raise Refused("package")
    return data


def _of_file(data: bytes) -> Iterator[Found]:
    try:
        yield from list(qti.read(trees.parsed(data)))
    except Refused as refusal:
        if refusal.remark.code not in {"package-part", "unknown-format"}:
            yield Draft(0), _refusing(refusal.remark)


def _refusing(remark: Remark) -> Any:
    def make(_draft: Draft) -> Mapping[str, Any]:
        raise Refused(remark.code, **remark.values)

    return make


def packed(items: Sequence[tuple[str, Node]], version: str, pictures: Mapping[str, bytes]) -> bytes:
    """Return a package of items; the same items give the same bytes.

    Args:
        items: the name of each, and what it is.
        version: 2.1 or 3.0.
        pictures: those that the items show, by their address in them.

    """
    names = [f"items/{place:03}.xml" for place in range(1, len(items) + 1)]
    resources = [
        node("resource", *[node("file", href=file) for file in (path, *_shown(item, pictures))],
             identifier=name, type=TYPES[version], href=path)
        for (name, item), path in zip(items, names, strict=True)
    ]  # fmt: skip
    manifest = node(
        "manifest", Node("organizations"), node("resources", *resources), xmlns=CONTENT, identifier="questions"
    )
    files = [("imsmanifest.xml", manifest), *((path, item) for (_name, item), path in zip(items, names, strict=True))]
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as package:
        for path, tree in files:
            info = ZipInfo(path, THE_SAME_DAY)
            info.compress_type = ZIP_DEFLATED
            package.writestr(info, trees.document(tree))
        for address, data in sorted(pictures.items()):
            package.writestr(ZipInfo(f"items/{address}", THE_SAME_DAY), data)
    return held.getvalue()


def _shown(item: Node, pictures: Mapping[str, bytes]) -> list[str]:
    return [f"items/{src}" for image in item.find("img") if (src := image.get("src")) in pictures]
