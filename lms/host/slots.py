"""Places in a page that other packages fill, typed by the page they stand on."""

import logging
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import Any, Generic, TypeVar

from flask import current_app, request
from markupsafe import Markup, escape  # noqa: TID251 - joins what panels rendered

from lms.host import i18n
from lms.host.contributions import Contribution
from lms.host.db import forget_failure
from lms.host.kept import Kept
from lms.host.plugin import Host, current_host

log = logging.getLogger(__name__)

Page = TypeVar("Page")
SLOW = 0.05


@dataclass(frozen=True)
class Slot(Generic[Page]):
    """A named place in a page; `Page` is the dataclass its panels are given."""

    name: str


@dataclass(frozen=True)
class Panel(Contribution, Generic[Page]):
    """Something shown in a slot.

    Args:
        slot: where it stands.
        key: unique name.
        render: returns what to show, or an empty string for nothing; plain text is escaped.
        order: position within the slot, lowest first.
        statements: how many database statements it needs; part of the page's budget.

    """

    slot: Slot[Page]
    key: str
    render: Callable[[Page], str]
    order: int = 100
    statements: int = 0


def panels(slot: Slot[Page]) -> tuple[Panel[Page], ...]:
    """Return the panels of a slot, in order."""
    return _panels(current_host(), slot)


@lru_cache(maxsize=256)
def _panels(host: Host, slot: Slot[Any]) -> tuple[Panel[Any], ...]:
    return tuple(sorted((panel for panel in host.all(Panel) if panel.slot == slot), key=lambda panel: panel.order))


def fill(slot: Slot[Page], page: Page) -> Markup:
    """Return everything that stands in a slot.

    A panel that raises, or returns anything but text, is left out and named in the log: a plugin's fault must not
    take a page with it.
    """
    return Markup("").join(_shown(panel, page) for panel in panels(slot))


def drawn_once(name: str, *facts: Hashable, draw: Callable[[], str]) -> str:
    """Return what a panel shows to everybody alike, drawn once for each language and set of facts.

    Args:
        name: the panel's.
        facts: everything that what is shown follows from.
        draw: draws it.

    """
    drawings: Kept[str] = current_app.extensions["lms_drawn"]
    key = (name, i18n.language().code, request.script_root, facts)
    known = drawings.get(key)
    return drawings.put(key, draw()) if known is None else known


def _shown(panel: Panel[Page], page: Page) -> Markup:
    began = perf_counter()
    try:
        text: object = panel.render(page)
    except Exception:
        log.exception("panel left out", extra={"plugin": panel.key})
        forget_failure()
        return Markup("")
    if not isinstance(text, str):
        log.error("panel left out: it returned no text", extra={"plugin": panel.key})
        return Markup("")
    if perf_counter() - began > SLOW:
        log.warning("slow panel", extra={"plugin": panel.key})
    return escape(text)
