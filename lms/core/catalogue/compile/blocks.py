"""The blocks that every lesson may use; a plugin brings others in the same way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from lms import gettext as _
from lms import lazy_gettext as L_
from lms.core.catalogue.domain.contracts import ActivityContext, BlockSource, BlockType, CompiledBlock
from lms.core.catalogue.domain.problems import Problem, Text
from lms.host.i18n import format_number


@dataclass(frozen=True)
class Section(BlockType):
    """A section with a heading: the bold text that opens the block, or else the label of its kind.

    Args:
        label: heading without a lead, and the small line above the text where `shown` says so.
        css: classes of the section.
        numbers: attributes that must be whole numbers above 0.
        shown: show the label below a lead too.

    """

    key: str
    attributes: Mapping[str, bool] = field(default_factory=dict)
    personal: bool = False
    label: Text = ""
    css: str = "box"
    numbers: tuple[str, ...] = ()
    shown: bool = False

    def check(self, attrs: Mapping[str, str], ctx: ActivityContext) -> list[Problem]:
        """Return a problem for each number that is none."""
        return [
            ctx.problem(
                "block-number",
                L_("“%(name)s” must be a whole number, not “%(value)s”."),
                L_("Write digits, such as %(name)s=2."),
                name=name,
                value=attrs[name],
            )
            for name in self.numbers
            if name in attrs and not (attrs[name].isascii() and attrs[name].isdigit() and int(attrs[name]) > 0)
        ]

    def compile(self, source: BlockSource) -> CompiledBlock:
        """Return the section; nothing in it depends on the person."""
        label = escape(self.labelled(source.attrs), quote=False)
        heading = source.lead or label
        below = f'<p class="hint">{label}</p>' if source.lead and self.shown and label else ""
        html = (
            f'<section class="{self.css}" id="{source.anchor}"><h2>{heading}</h2>'
            f"{below}{source.html}{self.after(source.attrs)}</section>"
        )
        return CompiledBlock(html)

    def labelled(self, attrs: Mapping[str, str]) -> str:
        """Return the label in the language being compiled."""
        return str(self.label)

    def after(self, attrs: Mapping[str, str]) -> str:
        """Return HTML that closes the section."""
        return ""


class Exercise(Section):
    """Something to do before reading on, with the minutes it takes."""

    def labelled(self, attrs: Mapping[str, str]) -> str:
        """Return how long it takes."""
        return _("Try it: %(minutes)s min", minutes=int(attrs["minutes"])) if "minutes" in attrs else _("Try it")


class Pause(Section):
    """A moment without reading."""

    def labelled(self, attrs: Mapping[str, str]) -> str:
        """Return how long it is."""
        return _("A pause: %(seconds)s seconds", seconds=int(attrs["seconds"])) if "seconds" in attrs else _("A pause")


class Workbook(Section):
    """A sheet to fill in by hand: nothing is typed here, so nothing can be read here (settled, 20).

    Its data names the sheets, so that a plugin that has them can lead there.
    """

    def compile(self, source: BlockSource) -> CompiledBlock:
        """Return the section and the sheets that go with it."""
        return CompiledBlock(super().compile(source).html, {"sheets": _sheets(source.attrs)})

    def labelled(self, attrs: Mapping[str, str]) -> str:
        """Return which sheets belong to it."""
        sheets = ", ".join(_number(sheet) for sheet in _sheets(attrs))
        return _("On paper: sheet %(sheets)s", sheets=sheets) if sheets else _("On paper")

    def after(self, attrs: Mapping[str, str]) -> str:
        """Return the promise that goes with the sheet."""
        if attrs.get("privacy") != "stays-with-you":
            return ""
        promise = _("This stays with you: write it on paper. Nothing is typed here or sent to anybody.")
        return f'<p class="hint">{escape(promise, quote=False)}</p>'


def _sheets(attrs: Mapping[str, str]) -> list[str]:
    return [part.strip() for part in attrs.get("sheets", "").split(",") if part.strip()]


def _number(sheet: str) -> str:
    """Return what stands on the paper: the number, without the letters of the id."""
    digits = sheet.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").lstrip("0")
    return format_number(int(digits)) if digits.isdigit() else sheet


BLOCKS: tuple[BlockType, ...] = (
    Section("safe-version", label=L_("In short")),
    Exercise("activity", {"minutes": False}, numbers=("minutes",), shown=True),
    Section("voices", label=L_("Different voices"), css="note"),
    Section("note", label=L_("Good to know"), css="note"),
    Section("warning", label=L_("Take care"), css="note warn"),
    Section("scenario", {"ref": False}, label=L_("A story to think through"), shown=True),
    Pause("pause", {"seconds": False}, css="note ok", numbers=("seconds",), shown=True),
    Workbook("workbook", {"sheets": False, "privacy": False}, personal=True, shown=True),
    Section("action", {"id": True}, personal=True, label=L_("One real step")),
)
EXERCISES = frozenset({"activity", "scenario", "workbook", "action"})
