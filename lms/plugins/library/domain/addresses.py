"""Addresses of others, and where to find help: what each is for, in which languages, and whether anybody has looked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from lms import lazy_gettext as L_
from lms.core.catalogue.api import Day, Line, Model, Prose, Segment, Slug, Words
from lms.plugins.library.domain.shelf import Shelf, doubled

FILE = "addresses.yaml"
HELP = "help.yaml"
Kind = Literal["guide", "tool", "helpline", "fund", "course", "law", "library"]
Pillar = Literal["integrated", "digital", "physical", "wellbeing", "empowerment"]
Url = Annotated[str, StringConstraints(pattern=r"^https://[^\s<>\"]+$", max_length=200)]


class AddressFile(Model):
    """One place; its name stays in its own language, that is how it is found."""

    id: Slug
    name: Line
    organisation: str = ""
    kind: Kind
    pillar: Pillar
    languages: Annotated[tuple[str, ...], Field(strict=False)] = ()
    url: Url
    about: Prose
    risk: str = ""
    checked: Day | None = None


class AddressesFile(Model):
    """`addresses.yaml`."""

    addresses: Annotated[list[AddressFile], Field(min_length=1)]


class NeedFile(Model):
    """A need: what to do first, and who helps."""

    id: Slug
    title: Line
    first: Annotated[list[Line], Field(min_length=1, max_length=6)]
    addresses: list[Slug]


class HelpFile(Model):
    """`help.yaml`."""

    needs: Annotated[list[NeedFile], Field(min_length=1)]


@dataclass
class Addresses(Shelf):
    """The addresses and the help of one folder."""

    addresses: dict[str, AddressFile] = field(default_factory=dict)
    needs: list[NeedFile] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Address:
    """A place as a page shows it."""

    name: str
    organisation: str
    kind: str
    pillar: str
    languages: tuple[str, ...]
    url: str
    about: Words
    risk: Words | None
    checked: bool

    @property
    def host(self) -> str:
        """The site, as a link shows it."""
        return self.url.partition("//")[2].partition("/")[0]


@dataclass(frozen=True, slots=True)
class Need:
    """A need as a page shows it."""

    title: Words
    first: tuple[Words, ...]
    addresses: tuple[Address, ...]


def read_addresses(folder: Path, langs: Sequence[str] | None) -> Addresses:
    """Read the addresses and the help of a folder; never raises for what an author may write."""
    shelf = Addresses(folder)
    found, lines = shelf.yaml(FILE, AddressesFile)
    for index, one in enumerate(found.addresses if found else ()):
        line = lines.at(("addresses", index))
        shelf.add(Segment(one.id, "about", one.about, FILE, line))
        shelf.add(Segment(one.id, "risk", one.risk, FILE, line))
        shelf.addresses[one.id] = one
    for name in doubled([one.id for one in found.addresses] if found else []):
        message = L_("The id “%(id)s” stands twice.")
        shelf.note(FILE, 1, "address-twice", message, L_("Give each thing an id of its own."), id=name)
    _read_help(shelf)
    shelf.translate(langs)
    return shelf


def _read_help(shelf: Addresses) -> None:
    found, lines = shelf.yaml(HELP, HelpFile)
    for index, need in enumerate(found.needs if found else ()):
        line = lines.at(("needs", index))
        shelf.add(Segment(need.id, "need", need.title, HELP, line))
        for number, text in enumerate(need.first):
            shelf.add(Segment(need.id, "first", text, HELP, lines.at(("needs", index, "first", number))))
        for name in need.addresses:
            if name not in shelf.addresses:
                message = L_("There is no address “%(id)s”.")
                shelf.note(HELP, line, "help-address", message, L_("Write it into addresses.yaml."), id=name)
        shelf.needs.append(need)


def addresses(shelf: Addresses, lang: str) -> tuple[Address, ...]:
    """Return every address in one language, in the order of its file."""
    return tuple(_address(shelf, one, lang) for one in shelf.addresses.values())


def needs(shelf: Addresses, lang: str) -> tuple[Need, ...]:
    """Return the page of help in one language."""
    return tuple(
        Need(
            shelf.says(need.id, lang)("need", need.title),
            tuple(shelf.says(need.id, lang)("first", text) for text in need.first),
            tuple(_address(shelf, shelf.addresses[name], lang) for name in need.addresses if name in shelf.addresses),
        )
        for need in shelf.needs
    )


def _address(shelf: Addresses, one: AddressFile, lang: str) -> Address:
    says = shelf.says(one.id, lang)
    return Address(
        name=one.name,
        organisation=one.organisation,
        kind=one.kind,
        pillar=one.pillar,
        languages=tuple(one.languages),
        url=one.url,
        about=says("about", one.about),
        risk=says("risk", one.risk) if one.risk else None,
        checked=one.checked is not None,
    )
