"""A question on its way out: what a format cannot hold is named, or the question stays."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from lms.plugins.quizzes.domain.exchange.remarks import Refused, Remark

T = TypeVar("T")


@dataclass(slots=True)
class Parting:
    """A question of a quiz file that is being written in another format.

    Args:
        name: quiz and question, the same each time; formats that have ids for questions keep it.
        item: the question as `quiz.yaml` holds it.
        picture: its picture, if its file is at hand.

    """

    name: str
    item: Mapping[str, Any]
    picture: bytes = b""
    losses: dict[str, Remark] = field(default_factory=dict)
    refused: Remark | None = None

    def lose(self, code: str, **values: object) -> None:
        self.losses.setdefault(code, Remark(code, values))

    @property
    def kind(self) -> str:
        return str(self.item.get("type", ""))

    @property
    def prompt(self) -> str:
        return line(self.item.get("prompt", ""))

    @property
    def picture_file(self) -> str:
        """The name of the picture, without a folder."""
        return str(self.item["picture"]["file"]).rpartition("/")[2]

    @property
    def picture_alt(self) -> str:
        return line(self.item["picture"].get("alt") or "")

    def said(self, kind: str) -> str:
        """Return the feedback of one verdict."""
        return line(self.item.get("feedback", {}).get(kind) or "")

    def lose_marks(self) -> None:
        """Name what only we say about a question, for formats without tags."""
        for key in ("outcome", "must_know", "pool"):
            if self.item.get(key):
                self.lose(key.replace("_", "-"))

    def lose_order(self) -> None:
        """Name what hardly any format says about an order."""
        if self.item.get("accept_also"):
            self.lose("orders")

    @property
    def earns_by_pairs(self) -> bool:
        return bool(self.item.get("scoring", {}).get("pairs", True))

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"name": self.name}
        if self.refused:
            why = {"code": self.refused.code, "why": self.refused.text, "mend": self.refused.mend}
            return found | {"result": "refused"} | why
        losses = [{"code": loss.code, "what": loss.text} for loss in self.losses.values()]
        return found | {"result": "exported-with-losses" if losses else "exported", "losses": losses}


@dataclass(frozen=True, slots=True)
class Written(Generic[T]):
    """What a writer made of the questions it could hold."""

    parts: Sequence[T]
    partings: Sequence[Parting]


def line(text: object) -> str:
    return " ".join(str(text).split())


def each(partings: Iterable[Parting], make: Callable[[Parting], T], *, pictures: bool = False) -> Written[T]:
    """Write each question; one that the format cannot hold keeps its reason. `pictures` says that it holds those."""
    found: list[T] = []
    everything = list(partings)
    for parting in everything:
        if parting.item.get("picture") and not (pictures and parting.picture):
            parting.lose("picture-left")
        try:
            found.append(make(parting))
        except Refused as refusal:
            parting.refused = refusal.remark
    return Written(found, everything)


def not_held(parting: Parting) -> Refused:
    return Refused("not-held", kind=parting.kind)


def by_kind(parting: Parting, writers: Mapping[str, Callable[[Parting], T]]) -> T:
    """Return what the writer of a question's type makes of it; a format without one does not hold the type."""
    if parting.kind not in writers:
        raise not_held(parting)
    return writers[parting.kind](parting)


def accepted(given: object) -> list[str]:
    """Return the accepted answers of a gap, which may be written without a list."""
    return [line(given)] if isinstance(given, str) else [line(one) for one in given]  # type: ignore[attr-defined]
