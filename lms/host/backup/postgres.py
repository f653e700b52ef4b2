"""PostgreSQL: a dump by the server's own tools, from the same snapshot in which the rows are counted.

The dump is streamed in pieces, because its size is known only at its end. `cat database.dump/* | pg_restore …` reads
them by hand. Tools get the password in a file of their own, never as an argument or in the environment (OPS-2).
"""

import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from sqlalchemy import URL, create_engine, inspect, make_url, text
from sqlalchemy.pool import NullPool

from lms.host.backup import BackupError
from lms.host.backup.archive import CHUNK
from lms.host.backup.facts import Facts, facts_of
from lms.host.security.keystore import SCHEMA

FOLDER = "database.dump/"
PIECE = 8 * CHUNK
INSTALLED = Path("/usr/lib/postgresql")
_COPY = re.compile(rb"COPY (?:public\.)?\"?([\w$]+)\"? ")


@contextmanager
def snapshot(url: str, passwords: Path) -> Iterator[tuple[Facts, Iterator[bytes]]]:
    """Hand out the facts of one moment and the dump of the same moment, in pieces of `PIECE` bytes.

    Args:
        url: SQLAlchemy address of the database.
        passwords: a folder only this account reads, for the tool's password file while it runs.

    Raises:
        BackupError: pg_dump is missing or failed.

    """
    engine = create_engine(url, isolation_level="REPEATABLE READ", poolclass=NullPool)
    with engine.connect() as connection:
        moment = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        options = ["--format=custom", f"--snapshot={moment}", f"--exclude-schema={SCHEMA}"]
        with _running("pg_dump", options, url, passwords, stdout=subprocess.PIPE) as dump:
            assert dump.stdout is not None
            yield facts_of(connection), _pieces(dump.stdout)


@contextmanager
def filling(url: str, passwords: Path) -> Iterator[IO[bytes]]:
    """Hand out what a dump is written to, to fill an empty database in one transaction.

    Raises:
        BackupError: pg_restore is missing or failed.

    """
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    with _running("pg_restore", options, url, passwords, stdin=subprocess.PIPE) as running:
        assert running.stdin is not None
        yield running.stdin
        running.stdin.close()


def is_empty(url: str) -> bool:
    """Whether the database holds no table of anybody."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        found = inspect(connection)
        return not found.get_table_names() and SCHEMA not in found.get_schema_names()


class Counting:
    """Reads a dump with PostgreSQL's own tool, without a server, and counts the rows of each table.

    Raises:
        BackupError: pg_restore is missing.

    """

    def __init__(self) -> None:
        command = [tool("pg_restore"), "--data-only", "--file=-"]
        self._process = subprocess.Popen(  # noqa: S603 - a tool found by its name
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._counted: dict[str, int] = {}
        self._reader = threading.Thread(target=self._count, daemon=True)  # one side writes while the other reads
        self._reader.start()

    def feed(self, chunks: Iterator[bytes]) -> None:
        """Read the next piece."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # `rows` tells
            for chunk in chunks:
                self._process.stdin.write(chunk)

    def rows(self) -> dict[str, int]:
        """End the dump and return the rows of each table.

        Raises:
            BackupError: pg_restore refused the dump.

        """
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._reader.join()
        if self._process.wait():
            raise BackupError("pg_restore cannot read the dump.")
        return self._counted

    def close(self) -> None:
        """Let go of the tool, wherever it is."""
        self._process.kill()
        self._reader.join()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with suppress(BrokenPipeError):
                stream.close()

    def _count(self) -> None:
        assert self._process.stdout is not None
        name = None
        for line in self._process.stdout:
            if name is None:
                begun = _COPY.match(line)
                if begun is not None:
                    name = begun[1].decode()
                    self._counted[name] = 0
            elif line == b"\\.\n":
                name = None
            else:
                self._counted[name] += 1


def tool(name: str) -> str:
    """Find one of PostgreSQL's programs, the newest if there are several.

    Raises:
        BackupError: it is not installed.

    """
    found = shutil.which(name) or next(iter(sorted(INSTALLED.glob(f"*/bin/{name}"), reverse=True)), None)
    if found is None:
        raise BackupError(f"{name} is missing: install PostgreSQL's client programs.")
    return str(found)


@contextmanager
def _running(
    name: str, options: list[str], url: str, passwords: Path, **streams: Any
) -> Iterator[subprocess.Popen[bytes]]:
    address, file = make_url(url), None
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
    try:
        if address.password is not None:
            file = _password_file(passwords, str(address.password))
            environment["PGPASSFILE"] = str(file)
        command = [tool(name), *options, f"--dbname={_conninfo(address)}"]
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, **streams) as process:  # noqa: S603 - as above
            try:
                yield process
            except BrokenPipeError:
                pass  # it says itself what was wrong, below
            except BaseException:
                process.kill()
                raise
            words = process.stderr.read().decode(errors="replace").strip() if process.stderr else ""
            if process.wait():
                raise BackupError(f"{name} failed: {words}")
    finally:
        if file is not None:
            file.unlink(missing_ok=True)


def _password_file(folder: Path, password: str) -> Path:
    """Write a password where nobody could have laid a file or a link before: under a new name, for this account only."""
    descriptor, name = tempfile.mkstemp(prefix=".postgres-", dir=folder)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"*:*:*:*:{_escaped(password)}\n")
    return Path(name)


def _conninfo(address: URL) -> str:
    from psycopg.conninfo import make_conninfo

    known = {"host": address.host, "port": address.port, "user": address.username, "dbname": address.database}
    given = {name: str(value) for name, value in {**known, **address.query}.items() if value is not None}
    return make_conninfo("", **given)


def _escaped(password: str) -> str:
    return password.replace("\\", "\\\\").replace(":", "\\:")


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(PIECE):
        yield piece
