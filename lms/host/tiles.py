"""The feather tile, drawn by a function: a wall shows hundreds, and a template macro costs ten times as much."""

from functools import lru_cache

from markupsafe import Markup  # noqa: TID251 - fixed class names only

from lms.host.i18n import html_gettext
from lms.host.i18n import lazy_gettext as L_

WORDS = {"started": L_("Started"), "done": L_("Done"), "help": L_("Asked for help")}
NOT_YET = L_("Not yet")
SHAPES = {"todo": "", "started": " half", "done": " done", "help": " help"}
PILLARS = frozenset({"", "p1", "p2", "p3", "p4", "p5", "sun"})


def words(state: str) -> Markup:
    """Return the usual words of a state, in the language that is spoken."""
    return html_gettext(WORDS.get(state, NOT_YET).message)


@lru_cache(maxsize=len(SHAPES))
def shape(state: str) -> Markup:
    """Return the classes of a state: `todo`, `started`, `done` or `help`.

    Raises:
        KeyError: no such state.

    """
    return Markup(SHAPES[state])  # noqa: S704 - from the table above


@lru_cache(maxsize=len(SHAPES) * len(PILLARS))
def tile(state: str, pillar: str = "") -> Markup:
    """Return one tile; the words beside it say the same.

    Raises:
        KeyError: no such state or pillar.

    """
    if pillar not in PILLARS:
        raise KeyError(pillar)
    return Markup(f'<i class="t{shape(state)}{" " if pillar else ""}{pillar}"></i>')  # noqa: S704 - as above
