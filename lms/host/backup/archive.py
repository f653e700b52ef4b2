"""One file: a tar archive inside age encryption, made and read as a stream, so that nothing of it is on disk in clear.

Any age tool opens it: `age -d -i KEY FILE | tar x`. Members are written as they come; `manifest.json` is the last and
names all others with their size and SHA-256.
"""

import hashlib
import json
import os
import tarfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeAlias

import pyrage

from lms.host.backup import BackupError

MANIFEST = "manifest.json"
PARTIAL = ".part"
CHUNK = 1024 * 1024
MOST_MANIFEST = 64 * CHUNK

Identity: TypeAlias = Any  # pyrage ships no types


@dataclass(frozen=True)
class Part:
    """One member of the archive, as the manifest names it."""

    name: str
    size: int
    sha256: str


class Packing:
    """The bytes of a new archive, member by member; remembers what it packed."""

    def __init__(self) -> None:
        self.parts: list[Part] = []

    def member(self, name: str, size: int, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield one member: no owner, no time.

        Raises:
            BackupError: there came more or less than `size`.

        """
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        yield info.tobuf(tarfile.PAX_FORMAT)
        digest, seen = hashlib.sha256(), 0
        for chunk in chunks:
            digest.update(chunk)
            seen += len(chunk)
            yield chunk
        if seen != size:
            raise BackupError(f"{name} changed its size while it was copied.")
        yield bytes(-size % tarfile.BLOCKSIZE)
        self.parts.append(Part(name, size, digest.hexdigest()))

    def end(self, manifest: dict[str, Any]) -> Iterator[bytes]:
        """Yield the manifest and the end of the archive."""
        text = json.dumps(manifest, sort_keys=True, indent=1).encode()
        yield from self.member(MANIFEST, len(text), [text])
        yield bytes(2 * tarfile.BLOCKSIZE)


class _Pulled:
    """A file to read from, made of chunks that are produced when they are asked for."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")
        self.failure: Exception | None = None

    def read(self, size: int) -> bytes:
        try:
            while not self._rest:
                self._rest = memoryview(next(self._chunks))
        except StopIteration:
            return b""
        except Exception as error:
            self.failure = error  # pyrage hands on the words of an error only
            raise
        taken, self._rest = self._rest[:size], self._rest[size:]
        return bytes(taken)


def write(chunks: Iterable[bytes], target: Path, recipients: Iterable[str]) -> None:
    """Encrypt chunks into a new file that only its owner can read: whole, or not at all.

    Raises:
        BackupError: a recipient is not an age key.

    """
    try:
        keys = [pyrage.x25519.Recipient.from_str(text) for text in recipients]
    except pyrage.RecipientError as error:
        raise BackupError("LMS_BACKUP_RECIPIENTS holds something that is not an age recipient (age1…).") from error
    partial, source = target.with_name(f".{target.name}{PARTIAL}"), _Pulled(chunks)
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            pyrage.encrypt_io(source, file, keys)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(target)
    except pyrage.EncryptError as error:
        raise (source.failure or error) from None
    finally:
        partial.unlink(missing_ok=True)
    _sync(target.parent)


def new_identity() -> tuple[str, str]:
    """Return a new age identity and its recipient."""
    made = pyrage.x25519.Identity.generate()
    return str(made), str(made.to_public())


def read_identity(path: Path) -> Identity:
    """Read the file that `lms backup key` or `age-keygen` made; comment lines do not count.

    Raises:
        BackupError: it holds no age identity.

    """
    lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
    found = [line for line in lines if line.startswith("AGE-SECRET-KEY-")]
    try:
        return pyrage.x25519.Identity.from_str(found[0])
    except (IndexError, pyrage.IdentityError):
        raise BackupError(f"{path.name} holds no age identity (AGE-SECRET-KEY-…).") from None


class _Decrypting(threading.Thread):
    """Decrypts into a pipe; `failure` says what was wrong once it ended."""

    def __init__(self, path: Path, identity: Identity, sink: int) -> None:
        super().__init__(name="decrypt", daemon=True)
        self._path, self._identity, self._sink = path, identity, sink
        self.failure: Exception | None = None

    def run(self) -> None:
        try:
            with self._path.open("rb") as source, open(self._sink, "wb") as sink:  # noqa: PTH123 - a descriptor
                pyrage.decrypt_io(source, sink, [self._identity])
        except (pyrage.DecryptError, OSError, ValueError) as error:
            self.failure = error


@contextmanager
def opened(path: Path, identity: Identity) -> Iterator[Iterator[tuple[str, int, IO[bytes]]]]:
    """Hand out the members of a backup in their order: name, size, and what to read them from.

    Leaving the block reads to the end of the file, so that a cut or changed byte anywhere is noticed.

    Raises:
        BackupError: damaged, cut, or made for another key.

    """
    source, sink = os.pipe()
    thread = _Decrypting(path, identity, sink)
    thread.start()
    inner: Exception | None = None
    with open(source, "rb") as stream:  # noqa: PTH123 - a descriptor
        try:
            with tarfile.open(fileobj=stream, mode="r|", bufsize=CHUNK) as archive:
                yield _members(archive)
            while stream.read(CHUNK):
                pass
        except (tarfile.TarError, EOFError, BackupError) as error:
            inner = error
    thread.join()
    if inner is not None and (thread.failure is None or isinstance(thread.failure, BrokenPipeError)):
        raise inner if isinstance(inner, BackupError) else BackupError(f"{path.name} is damaged.") from inner
    if thread.failure is not None:
        raise BackupError(_words(path, thread.failure)) from thread.failure


def _words(path: Path, failure: Exception) -> str:
    if "No matching keys" in str(failure):
        return f"{path.name} was made for another key than this identity's."
    return f"{path.name} cannot be decrypted: it is damaged or cut ({failure})."


def _members(archive: tarfile.TarFile) -> Iterator[tuple[str, int, IO[bytes]]]:
    for info in archive:
        content = archive.extractfile(info) if info.isreg() else None
        if content is None or not _stays_inside(info.name):
            raise BackupError(f"The archive holds something that a backup does not: {info.name!r}.")
        yield info.name, info.size, content


def _stays_inside(name: str) -> bool:
    """Whether a name leads to no other place. What operators call their own files is theirs to choose."""
    return "\0" not in name and not {"", ".", ".."} & set(name.split("/"))


class Measured:
    """Reads a member to its end and measures what passed."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._digest, self._size = source, hashlib.sha256(), 0

    def chunks(self) -> Iterator[bytes]:
        """Yield what is left."""
        while chunk := self._source.read(CHUNK):
            self._digest.update(chunk)
            self._size += len(chunk)
            yield chunk

    def part(self, name: str) -> Part:
        """Return what passed, as a manifest would name it."""
        return Part(name, self._size, self._digest.hexdigest())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    with suppress(OSError):  # some file systems do not sync folders
        os.fsync(descriptor)
    os.close(descriptor)
