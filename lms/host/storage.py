"""Files that are not rows: a folder of random names, the same four methods for every store."""

import os
import secrets
from pathlib import Path
from typing import Protocol

from flask import current_app


class Storage(Protocol):
    """Where bytes go. Names are random; nothing in them speaks of a person or a course."""

    def put(self, data: bytes) -> str:
        """Keep `data` and return its name."""
        ...

    def get(self, name: str) -> bytes:
        """Return what is kept under `name`.

        Raises:
            KeyError: nothing is.

        """
        ...

    def delete(self, name: str) -> None:
        """Remove `name`; absent is fine."""
        ...

    def names(self) -> set[str]:
        """Return every name that is kept."""
        ...


class FolderStorage:
    """Storage in a folder that only its owner can read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Keep `data`, whole or not at all."""
        name = secrets.token_hex(16)
        part = self._folder / f".{name}"
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.rename(self._folder / name)
        return name

    def get(self, name: str) -> bytes:
        """Return what is kept under `name`."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            raise KeyError(name) from None

    def delete(self, name: str) -> None:
        """Remove `name`."""
        self._path(name).unlink(missing_ok=True)

    def names(self) -> set[str]:
        """Return every name that is kept."""
        return {path.name for path in self._folder.iterdir() if not path.name.startswith(".")}

    def _path(self, name: str) -> Path:
        if not name.isalnum():
            raise KeyError(name)
        return self._folder / name


def current_storage() -> Storage:
    """Return the store of the application that is answering now."""
    storage: Storage = current_app.extensions["lms_storage"]
    return storage
