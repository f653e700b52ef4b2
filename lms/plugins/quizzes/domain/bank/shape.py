"""Which form controls a question type needs, seen from the model of its item: no type is written down twice."""

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, StringConstraints
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from lms.plugins.quizzes.domain.source import ItemSource, Name

Kind = Literal["id", "line", "text", "number", "tick", "pick", "list", "orders", "gaps", "group", "rows"]
COMMON = frozenset({"id", "type", "outcome", "must_know", "pool", "picture"})
"""What is not part of a question's content here: quizzes add it, or the bank keeps it beside."""
LINE = 300
TEXTS: Mapping[Any, Kind] = {bool: "pick", int: "number", float: "number", Decimal: "number", str: "line"}


class Unshaped(Exception):  # noqa: N818 - an answer, not a fault
    """A model that plain form controls cannot hold: its item is written as YAML."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One key of an item, and the controls it needs.

    Args:
        name: the key.
        kind: what kind of controls.
        needed: whether it must be filled in.
        default: its value when nothing was written.
        choices: the values of a `pick`.
        inside: the keys of a `group`, or of each of its `rows`.
        most: how many `rows` there may be.
        fewest: how many there must be.

    """

    name: str
    kind: Kind
    needed: bool = True
    default: Any = None
    choices: tuple[str, ...] = ()
    inside: tuple["Slot", ...] = ()
    most: int = 0
    fewest: int = 0

    @property
    def is_many(self) -> bool:
        return self.kind in {"group", "rows"}


@cache
def shape_of(source: type[ItemSource]) -> tuple[Slot, ...]:
    """Return the slots of a type's own keys, the prompt first.

    Raises:
        Unshaped: one of them cannot be held by plain controls.

    """
    found = tuple(slot for slot in _slots(source) if slot.name not in COMMON)
    return tuple(sorted(found, key=lambda slot: slot.name not in {"prompt", "title"}))


def _slots(model: type[BaseModel]) -> Iterator[Slot]:
    for name, field in model.model_fields.items():
        slot = None if name in COMMON and issubclass(model, ItemSource) else _slot(field.alias or name, field)
        if slot is not None:
            yield slot


def _slot(name: str, field: FieldInfo) -> Slot | None:
    """Return the slot of one key; None for one that has a single value."""
    default = None if field.default is PydanticUndefined else field.default
    needed = field.is_required()
    annotation, extra = _bare(field.annotation, [*field.metadata])
    if get_origin(annotation) is Literal:
        values = tuple(str(value) for value in get_args(annotation))
        return None if len(values) == 1 else Slot(name, "pick", needed, default, values)
    if annotation is bool:
        return Slot(name, "pick", choices=("true", "false")) if needed else Slot(name, "tick", False, default)
    if annotation in TEXTS:
        return Slot(name, _text(name, annotation, extra), needed, default)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        inside = tuple(_slots(annotation))
        return Slot(name, "group", needed, default, inside=inside) if inside else None
    if get_origin(annotation) is dict:
        return Slot(name, "gaps", needed)
    if get_origin(annotation) is tuple:
        return _several(name, annotation, extra, needed=needed)
    raise Unshaped(name)


def _bare(annotation: Any, extra: list[Any]) -> tuple[Any, list[Any]]:
    """Take off `Annotated` and `| None`, keeping the limits they carry."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *more = get_args(annotation)
            extra = [*more, *extra]
        elif origin in {Union, types.UnionType}:
            some = [one for one in get_args(annotation) if one is not type(None)]
            if len(some) != 1:
                raise Unshaped(str(annotation))
            annotation = some[0]
        else:
            return annotation, extra


def _text(name: str, annotation: Any, extra: list[Any]) -> Kind:
    kind = TEXTS[annotation]
    if kind != "line":
        return kind
    if name == "id" and _pattern(extra) == _pattern(list(get_args(Name)[1:])):
        return "id"
    longest = max((getattr(limit, "max_length", 0) or 0 for limit in extra), default=0)
    return "text" if longest > LINE else "line"


def _pattern(extra: list[Any]) -> str:
    return next((str(limit.pattern) for limit in extra if isinstance(limit, StringConstraints) and limit.pattern), "")


def _several(name: str, annotation: Any, extra: list[Any], *, needed: bool) -> Slot:
    inner, _more = _bare(get_args(annotation)[0], [])
    most, fewest = _bounds(extra)
    if inner is str:
        return Slot(name, "list", needed)
    if get_origin(inner) is tuple:
        return Slot(name, "orders", needed)
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        return Slot(name, "rows", needed, inside=tuple(_slots(inner)), most=most, fewest=fewest)
    raise Unshaped(name)


def _bounds(extra: list[Any]) -> tuple[int, int]:
    limits = [part for limit in extra for part in (limit.metadata if isinstance(limit, FieldInfo) else [limit])]
    most = max((getattr(limit, "max_length", 0) or 0 for limit in limits), default=0)
    return most, max((getattr(limit, "min_length", 0) or 0 for limit in limits), default=0)
