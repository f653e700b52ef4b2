"""The picture of a bank question: named by its item as quiz files name theirs, `media/` and the name it is kept under."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lms import lazy_gettext as L_
from lms.core.catalogue.api import Medium
from lms.host.pictures import Fault, Rewritten
from lms.plugins.quizzes.domain.source import Flaw

FOLDER = "media/"
NAME = re.compile(r"[0-9a-f]{32}\.(?:png|jpg|webp)")
MOST_KEPT = 500_000
"""Bytes of a picture once it is written anew: many people read on slow lines."""


_FAULTS: Mapping[str, tuple[Any, Any]] = {
    "large": (L_("The picture is larger than 2 MB."), L_("Save it smaller.")),
    "pixels": (L_("The picture has more than 25 megapixels."), L_("Save it smaller.")),
    "animated": (L_("The picture moves."), L_("Save one still picture of it.")),
    "kind": (
        L_("This is no picture that can be kept here."),
        L_("Save it as PNG, JPEG or WebP. SVG files can hold scripts and are refused."),
    ),
    "heavy": (L_("The picture has too much in it to be made small."), L_("Save it as JPEG or WebP, or cut it.")),
    "gone": (
        L_("The picture was handed in days ago and is no longer kept."),
        L_("Choose its file once more, or take its description out."),
    ),
}


def readable(made: Rewritten | Fault) -> Medium | None:
    """Return a picture that was written anew, if the bank may keep it."""
    if not isinstance(made, Rewritten) or len(made.data) > MOST_KEPT:
        return None
    return Medium(made.name, made.data, made.width, made.height)


def flaw_of(fault: str) -> Flaw:
    """Return why a picture is not taken, beside the field of its file."""
    message, mend = _FAULTS[fault]
    return Flaw(("picture", "file"), f"bank-picture-{fault}", message, mend)


def name_in(item: Mapping[str, Any]) -> str:
    """Return the name of the picture of a question; empty if it has none."""
    named = item.get("picture")
    file = str(named.get("file", "")) if isinstance(named, Mapping) else ""
    return file.removeprefix(FOLDER) if file.startswith(FOLDER) else ""


def described(item: Mapping[str, Any]) -> bool:
    """Whether the picture says in words what it tells, or there is none."""
    return not name_in(item) or bool(str(item["picture"].get("alt") or "").strip())


@dataclass(frozen=True, slots=True)
class Shown:
    """The picture of a question while it is written: the name it is kept under, and its description as typed."""

    name: str = ""
    alt: str = ""

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> "Shown":
        name = name_in(item)
        return cls(name, str(item["picture"].get("alt") or "")) if name else cls()

    def item(self) -> dict[str, Any]:
        """Return the key of the item, if there is a picture."""
        if not self.name:
            return {}
        return {"picture": {"file": f"{FOLDER}{self.name}", **({"alt": self.alt} if self.alt else {})}}
