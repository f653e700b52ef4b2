"""What a plugin can bring, as typed values; anyone may define more kinds in an `api.py`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, Protocol
from uuid import UUID

import click
from flask import Blueprint, Request
from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection
from sqlalchemy.orm import Session

from lms.host.actor import Actor
from lms.host.seed import Seed

Surface = Literal["public", "learner", "staff"]


class Text(Protocol):
    """A string, or a lazily translated one."""

    def __str__(self) -> str: ...


class Contribution:
    """Base of everything a plugin brings. `key` is unique within one family."""

    key: str

    def faults(self) -> Iterable[str]:
        """Return what only its author can mend; a site does not start with it."""
        return ()

    @classmethod
    def family(cls) -> type["Contribution"]:
        """Return the direct subclass of `Contribution` this class descends from."""
        for ancestor in reversed(cls.__mro__):
            if ancestor is not Contribution and issubclass(ancestor, Contribution):
                return ancestor
        return cls


@dataclass(frozen=True)
class Views(Contribution):
    """A blueprint and the audience it is for.

    Args:
        blueprint: its routes; each view carries exactly one access decorator.
        surface: which process serves it (`LMS_SURFACES`).
        localized: mounted under `/<language>/`.

    """

    blueprint: Blueprint
    surface: Surface
    localized: bool = True

    @property
    def key(self) -> str:  # type: ignore[override]
        """The blueprint's name."""
        return self.blueprint.name


@dataclass(frozen=True)
class Permission(Contribution):
    """A named right and the roles that carry it; the object is checked by `access.py`."""

    key: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class StaffView(Contribution):
    """A page on which staff see something of people; it calls `audit.opened` with its key first (AUD-1).

    Args:
        key: what entries of the audit call it.
        label: what was seen, lazily translated: a person reads it in the history of their data (AUD-3).
        endpoint: of the view.

    """

    key: str
    label: Text
    endpoint: str


@dataclass(frozen=True)
class NavItem(Contribution):
    """A link in the bar and the footer.

    Args:
        key: unique name.
        label: translated lazily.
        endpoint: where it goes.
        audience: who sees it; `staff` also needs one of `roles`.
        order: position, lowest first.

    """

    key: str
    label: Text
    endpoint: str
    audience: Literal["anonymous", "learner", "staff", "help"]
    order: int = 100
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reaction(Contribution):
    """Code that runs because something happened.

    Args:
        key: unique name; names the outbox row.
        event: the event class it waits for.
        run: called with the session and the event; idempotent.
        atomic: run inside the transaction of the fact (in a savepoint) instead of after commit.
        only: a condition whose bound names are those of the event; where it does not hold, no outbox row is written.
            For facts about everybody that matter to few: it is asked in the very statement that would write the row.

    """

    key: str
    event: type[Any]
    run: Callable[[Session, Any], None]
    atomic: bool = False
    only: ColumnElement[bool] | None = None

    def unpack(self, payload: Mapping[str, Any]) -> Any:
        """Return the event that an outbox row holds."""
        return _adapter(self.event).validate_python(payload)


def pack(event: object) -> dict[str, Any]:
    """Return an event as JSON-able values for an outbox row."""
    packed: dict[str, Any] = _adapter(type(event)).dump_python(event, mode="json")
    return packed


_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(event: type[Any]) -> TypeAdapter[Any]:
    if event not in _adapters:  # building one costs more than a quiz
        _adapters[event] = TypeAdapter(event)
    return _adapters[event]


@dataclass(frozen=True)
class Job(Contribution):
    """Work that happens outside a request.

    Args:
        key: unique name, stored in the queue.
        run: called with the session and the payload; idempotent.
        every: seconds between runs of a scheduled job; `None` for jobs that are enqueued.

    """

    key: str
    run: Callable[[Session, Mapping[str, Any]], None]
    every: int | None = None


@dataclass(frozen=True)
class Command(Contribution):
    """A command (or group) below `lms`."""

    command: click.Command

    @property
    def key(self) -> str:  # type: ignore[override]
        """The command's name."""
        return str(self.command.name)


@dataclass(frozen=True)
class PersonalData(Contribution):
    """A package's promise to hand out and to erase what it holds about a person (RET-3, RET-4).

    Args:
        key: the package's name.
        tables: names of the tables covered; each table with a person column must be in one.
        export: returns what is held about the person, as JSON-able values; of sealed data only that it is there.
        erase: removes it; idempotent.
        open: returns what is sealed to the person (C3), opened with their private key. It is called only in the request
            that hands the copy out, so that nothing opened is ever stored (OPS-4).

    """

    key: str
    tables: tuple[str, ...]
    export: Callable[[Connection, UUID], Mapping[str, Any]]
    erase: Callable[[Session, UUID], None]
    open: Callable[[Connection, UUID, bytes], Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class Encrypted(Contribution):
    """A column that is kept under the site's column key, so that `lms keys rotate` moves it to a new one (ENC-11).

    Args:
        key: the table and the column, `accounts_person.handle`.
        column: the column.
        cell: names the place of one value, from a row of the table and of `owner`.
        owner: a further column that `cell` needs, of a table that `joined` leads to.
        joined: condition under which the owner's row belongs to this one.

    """

    key: str
    column: ColumnElement[bytes]
    cell: Callable[[Any], str]
    owner: ColumnElement[Any] | None = None
    joined: ColumnElement[bool] | None = None


@dataclass(frozen=True)
class Indexed(Contribution):
    """A column of keyed digests of what could be guessed, so that `lms keys rotate` puts a new layer on them (ENC-11).

    Args:
        key: the table and the column, `accounts_person.handle_index`.
        column: the column; rows are found with both of `Vault.blind_indexes`.

    """

    key: str
    column: ColumnElement[bytes]


@dataclass(frozen=True)
class StoredFile(Contribution):
    """A kind of file outside the database, which says the same of itself as a table does (RET-1).

    Args:
        key: unique name.
        place: where it lies, below the data folder.
        data_class: C0 to C4 of the threat model.
        purpose: why it is held, in one sentence.
        lifetime: until when.
        erase: what happens to it when a person is erased.
        personal: whether it holds anything about a person.

    """

    key: str
    place: str
    data_class: str
    purpose: Text
    lifetime: Text
    erase: Text
    personal: bool


@dataclass(frozen=True)
class Retention(Contribution):
    """A table's lifetime as a rule: a daily job deletes what is past it, and the health list names what stayed (RET-2).

    Args:
        key: unique name.
        table: name of the table.
        column: a date or a moment in it.
        after: how long after that the row is deleted.
        only: narrows the rule to some rows, as a condition on the table.

    """

    key: str
    table: str
    column: str
    after: timedelta
    only: ColumnElement[bool] | None = None


@dataclass(frozen=True)
class KeptUntil(Contribution):
    """The day on which what a table holds about one person ends, where that follows from something else than the row.

    Args:
        key: unique name.
        table: name of the table.
        until: returns the day, or nothing if no day is known.

    """

    key: str
    table: str
    until: Callable[[Connection, UUID], date | None]


@dataclass(frozen=True)
class AfterRestore(Contribution):
    """Something that must be done again after a backup was restored, before anything is served.

    Args:
        key: unique name.
        run: called with the writing session; idempotent, may commit; returns a line for the terminal, or nothing.

    """

    key: str
    run: Callable[[Session], str]


@dataclass(frozen=True)
class Finding:
    """One line of the health list."""

    ok: bool
    text: str
    mend: str = ""


@dataclass(frozen=True)
class Health(Contribution):
    """A check that `lms check` and the operator's page run."""

    key: str
    check: Callable[[Connection], Finding]


class Identity(Contribution):
    """Where the person behind a request comes from. They are asked in their order; the first that answers wins.

    The first one's `sign_in` is where visitors are sent, its `confirm` where the passphrase is asked for again. `sign_in`,
    `confirm`, `sign_out` and `settings` name the endpoints of its pages; the last two take POST only.
    `factors` is the page that sets a second factor up, for people whose roles wait for one (`Actor.waiting`).
    `secret_fields` names the fields of its forms that are never shown again.
    """

    key: str
    order: int = 100
    sign_in: str = "accounts.sign_in"
    sign_out: str = "accounts.sign_out"
    settings: str = "accounts.quick_settings"
    factors: str = "account.factors"
    confirm: str = "account.confirm"
    secret_fields: frozenset[str] = frozenset()

    def actor(self, conn: Connection, request: Request) -> Actor | None:
        """Return who is asking, or `None` if this identity does not know."""
        raise NotImplementedError

    def end(self, session: Session, actor: Actor) -> None:
        """End this sign-in, if it is one of this identity's (Leave and sign out)."""
        raise NotImplementedError

    def keep(self, session: Session, request: Request, path: str, fields: Sequence[tuple[str, str]]) -> bool:
        """Seal what came after a sign-in of this identity had run out, for its owner; whether that was done (SES-7)."""
        return False

    def forget(self, session: Session, request: Request) -> None:
        """Delete what a sign-in that ran out left for this browser (Leave and sign out keep nothing, SES-7)."""

    def confirms(
        self, session: Session, actor: Actor, request: Request, passphrase: str
    ) -> Literal["yes", "no", "wait"]:
        """Check the passphrase of this identity's actor again and note the moment (SES-8); `wait`: too many tries."""
        return "no"


@dataclass(frozen=True)
class Starter(Contribution):
    """Something `lms start` does before it serves, in order: publish, make the demonstration, hand out codes.

    Args:
        key: unique name.
        run: called in an application context with whether this is a demonstration site; may commit;
            returns lines for the terminal, never for a log.
        order: position, lowest first.

    """

    key: str
    run: Callable[[bool], list[str]]
    order: int = 100


@dataclass(frozen=True)
class Seeder(Contribution):
    """A package's part of an invented site (`lms seed`): as many rows as a busy site has, to measure with.

    Args:
        key: unique name.
        run: called with the writing session and the `Seed`; writes without events, and returns a line that says what
            it made. It takes chance from the seed alone.
        order: position, lowest first: people 10, courses 20, enrolments 30, then what rests on them.

    """

    key: str
    run: Callable[[Session, Seed], str]
    order: int = 100
