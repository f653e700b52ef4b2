"""The controls of a form, each with what was typed and what is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lms import gettext as _
from lms.plugins.quizzes.domain.bank.labels import adding, hint_of, label_of, row_title
from lms.plugins.quizzes.domain.bank.shape import Slot
from lms.plugins.quizzes.domain.bank.written import Raw
from lms.plugins.quizzes.domain.source import Flaw


@dataclass(slots=True)
class Control:
    """One control, or a box of several: a group, rows, or one row.

    `removes` says what the button of a row takes away, `adds` what the button below rows adds.
    """

    name: str
    kind: str
    label: str
    value: Any = ""
    hint: str = ""
    needed: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    inside: list["Control"] = field(default_factory=list)
    adds: str = ""
    removes: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def target(self) -> str:
        """Id of the element that a link in the summary leads to."""
        return f"{self.name}_1" if self.kind == "pick" else self.name


def controls_of(slots: Sequence[Slot], raw: Raw, at: str = "") -> list[Control]:
    """Return the controls of a form."""
    beside = frozenset(slot.name for slot in slots)
    return [_control(slot, raw[slot.name], f"{at}{slot.name}", beside) for slot in slots]


def _control(slot: Slot, value: Any, name: str, beside: frozenset[str]) -> Control:
    made = Control(name, slot.kind, label_of(slot), value, hint_of(slot, beside), slot.needed)
    if slot.kind == "group":
        made.inside = controls_of(slot.inside, value, f"{name}.")
    elif slot.kind == "rows":
        made.inside = [_row(slot, row, name, place) for place, row in enumerate(value)]
        made.adds = adding(slot) if len(value) < (slot.most or len(value) + 1) else ""
    elif slot.kind == "pick":
        words = {"true": _("true"), "false": _("false")}
        made.choices = tuple((choice, words.get(choice, choice)) for choice in slot.choices)
    return made


def _row(slot: Slot, row: Raw, name: str, place: int) -> Control:
    title = row_title(slot, str(row.get("id", "")), place)
    here = f"{name}.{place}"
    return Control(
        here, "row", title, inside=controls_of(slot.inside, row, f"{here}."), removes=_("Remove: %(row)s", row=title)
    )


def flat(controls: Iterable[Control]) -> Iterator[Control]:
    """Return all controls in the order of the page."""
    for control in controls:
        yield control
        yield from flat(control.inside)


def placed(controls: Sequence[Control], flaws: Iterable[Flaw]) -> list[str]:
    """Write each flaw beside the control it is about; return those that are about none."""
    known = {control.name: control for control in flat(controls) if control.kind != "id"}
    rest = []
    for flaw in flaws:
        path = [str(part) for part in flaw.path]
        found = next((known[n] for n in (".".join(path[:end]) for end in range(len(path), 0, -1)) if n in known), None)
        said = told(flaw, found)
        if found is None:
            rest.append(said)
        elif said not in found.errors:
            found.errors.append(said)
    return rest


def told(flaw: Flaw, control: Control | None = None) -> str:
    """Return a flaw in words: what is wrong and what to do; a key is called as its control is."""
    values: Mapping[str, object] = (
        {**flaw.values, "key": control.label} if control and "key" in flaw.values else flaw.values
    )
    parts = [str(text) % values if values else str(text) for text in (flaw.message, flaw.mend)]
    return " ".join(parts)
