"""What SQLite asks of the disk, in its order: a VFS that does all the work of the usual one and keeps a list.

It is registered in this process through the very library that Python's `sqlite3` uses, so pragmas, SQLAlchemy and the
site's own code are what they always are. The list tells what a power cut could leave: see `powerless.py`.
"""

import _sqlite3
import ctypes
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p, cast, memmove, pointer, string_at
from pathlib import Path
from typing import Any

OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, POINTER(c_int))
DELETE = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
SYNC = CFUNCTYPE(c_int, c_void_p, c_int)
HAS_JOURNAL_IN_NAME = ("-journal", "-wal")


class Vfs(Structure):
    """The head of `sqlite3_vfs`; what follows is copied as it is."""

    _fields_ = (
        ("version", c_int),
        ("size_of_file", c_int),
        ("longest_name", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", OPEN),
        ("delete", DELETE),
        ("rest", c_void_p * 14),
    )


class Methods(Structure):
    """The head of `sqlite3_io_methods`, up to `xSync`; what follows is copied as it is."""

    _fields_ = (
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        ("write", WRITE),
        ("truncate", TRUNCATE),
        ("sync", SYNC),
        ("rest", c_void_p * 13),
    )


class Recorder:
    """Keeps `events`: ("create", file, name), ("write", file, offset, bytes), ("truncate", file, size), ("sync", file),
    ("delete", name) and ("folder",) for a sync of the folder; `note` adds others between them.
    """

    def __init__(self) -> None:
        self.events: list[tuple[Any, ...]] = []
        self._kept: list[Any] = []  # what C still points to
        self._files: dict[int, Path] = {}
        self._new: set[Path] = set()

    def note(self, *event: Any) -> None:
        """Add something that happened beside the disk, such as an acknowledgement."""
        self.events.append(event)

    def start(self) -> None:
        """Make every connection from now on a recorded one.

        Raises:
            AttributeError: this Python's SQLite lets nobody in.

        """
        library = ctypes.CDLL(_sqlite3.__file__)
        library.sqlite3_vfs_find.restype = POINTER(Vfs)
        usual = library.sqlite3_vfs_find(None)
        ours = Vfs()
        memmove(pointer(ours), usual, ctypes.sizeof(Vfs))
        ours.name = b"recorded"
        ours.open = OPEN(self._opener(usual.contents.open))
        ours.delete = DELETE(self._deleter(usual.contents.delete))
        self._kept += [library, usual, ours]
        assert library.sqlite3_vfs_register(pointer(ours), 1) == 0

    def _opener(self, usual: Any) -> Callable[..., int]:
        def opened(vfs: int, name: int | None, file: int, flags: int, out: Any) -> int:
            path = Path(string_at(name).decode()) if name else None
            is_new = path is not None and not path.exists()
            code: int = usual(vfs, name, file, flags, out)
            if code == 0 and path is not None:
                self._files[file] = path
                if is_new:
                    self._new.add(path)
                    self.events.append(("create", path.name))
                self._watch(file)
            return code

        return opened

    def _deleter(self, usual: Any) -> Callable[..., int]:
        def deleted(vfs: int, name: bytes, sync_folder: int) -> int:
            code: int = usual(vfs, name, sync_folder)
            if code == 0:
                self.events.append(("delete", Path(name.decode()).name))
                if sync_folder:
                    self.events.append(("folder",))
            return code

        return deleted

    def _watch(self, file: int) -> None:
        """Give an open file our write, truncate and sync."""
        place = cast(file, POINTER(POINTER(Methods)))
        usual, ours = place.contents.contents, Methods()
        memmove(pointer(ours), pointer(usual), ctypes.sizeof(Methods))
        write, truncate, sync = usual.write, usual.truncate, usual.sync

        def written(here: int, data: int, size: int, offset: int) -> int:
            self.events.append(("write", self._files[here].name, offset, string_at(data, size)))
            return int(write(here, data, size, offset))

        def cut(here: int, size: int) -> int:
            self.events.append(("truncate", self._files[here].name, size))
            return int(truncate(here, size))

        def synced(here: int, flags: int) -> int:
            code = int(sync(here, flags))
            path = self._files[here]
            self.events.append(("sync", path.name))
            if path in self._new:
                self._new.discard(path)
                if path.name.endswith(HAS_JOURNAL_IN_NAME):
                    self.events.append(("folder",))  # the usual VFS does so at the first sync of a new journal
            return code

        ours.write, ours.truncate, ours.sync = WRITE(written), TRUNCATE(cut), SYNC(synced)
        self._kept += [ours, usual, written, cut, synced]
        place[0] = pointer(ours)
