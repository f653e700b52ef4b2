"""What an author wrote in a form and the item it makes. `raw` is the form: nested like the item, but everything as typed."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lms.plugins.quizzes.domain.bank.shape import Slot
from lms.plugins.quizzes.domain.numbers import read_number

Raw = dict[str, Any]
BETWEEN = " | "
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PREFIXES = {"pairs": "p", "extra_right": "x"}
_PLACE = re.compile(r"(\d{1,3})\.")


def raw_of(slots: Sequence[Slot], item: Mapping[str, Any]) -> Raw:
    """Return the form of an item; what it does not say stands as its default."""
    return {slot.name: _typed(slot, item.get(slot.name, _default(slot))) for slot in slots}


def _default(slot: Slot) -> Any:
    return None if slot.is_many else slot.default


def _typed(slot: Slot, value: Any) -> Any:
    match slot.kind:
        case "group":
            return raw_of(slot.inside, value or {})
        case "rows":
            return [raw_of(slot.inside, row) for row in value or ()]
        case "tick":
            return bool(value)
        case "list":
            return "\n".join(value or ())
        case "orders":
            return "\n".join(", ".join(order) for order in value or ())
        case "gaps":
            gaps = value or {}
            return "\n".join(_accepted(gaps[gap]) for gap in sorted(gaps, key=int))
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _accepted(value: Any) -> str:
    return value if isinstance(value, str) else BETWEEN.join(value)


def raw_from(slots: Sequence[Slot], values: Mapping[str, Sequence[str]], at: str = "") -> Raw:
    """Read a posted form; names are paths such as `options.0.text`."""
    found: Raw = {}
    for slot in slots:
        name = f"{at}{slot.name}"
        if slot.kind == "group":
            found[slot.name] = raw_from(slot.inside, values, f"{name}.")
        elif slot.kind == "rows":
            places = {
                int(m[1]) for key in values if key.startswith(f"{name}.") and (m := _PLACE.match(key, len(name) + 1))
            }
            found[slot.name] = [raw_from(slot.inside, values, f"{name}.{place}.") for place in sorted(places)]
        elif slot.kind == "tick":
            found[slot.name] = name in values
        else:
            found[slot.name] = next(iter(values.get(name, ())), "").replace("\r\n", "\n").strip()
    return found


def says_nothing(slots: Sequence[Slot], raw: Raw) -> bool:
    """Whether nothing was written in a row or group; an id and what was ticked are no words."""
    return all(_silent(slot, raw.get(slot.name)) for slot in slots)


def _silent(slot: Slot, value: Any) -> bool:
    if slot.kind in {"id", "tick", "pick"}:
        return True
    if slot.kind == "group":
        return says_nothing(slot.inside, value or {})
    if slot.kind == "rows":
        return all(says_nothing(slot.inside, row) for row in value or ())
    return value in ("", None) or (slot.default is not None and str(value) == str(slot.default))


def compact(slots: Sequence[Slot], raw: Raw) -> Raw:
    """Return a form without rows that say nothing, and with an id in each of the others."""
    found = dict(raw)
    for slot in slots:
        if slot.kind == "group":
            found[slot.name] = compact(slot.inside, raw[slot.name])
        elif slot.kind == "rows":
            rows = [compact(slot.inside, row) for row in raw[slot.name] if not says_nothing(slot.inside, row)]
            found[slot.name] = _with_ids(slot, rows[: slot.most or len(rows)])
    return found


def _with_ids(slot: Slot, rows: list[Raw]) -> list[Raw]:
    if not any(inner.kind == "id" for inner in slot.inside):
        return rows
    taken = {row["id"] for row in rows}
    prefix = PREFIXES.get(slot.name)
    names = [f"{prefix}{n}" for n in range(1, 100)] if prefix else [*LETTERS, *(f"a{n}" for n in range(1, 100))]
    free = iter([name for name in names if name not in taken])
    return [row if row["id"] else {**row, "id": next(free)} for row in rows]


def padded(slots: Sequence[Slot], raw: Raw) -> Raw:
    """Return a form with as many empty rows as a question of its type has at least."""
    found = dict(raw)
    for slot in slots:
        if slot.kind == "rows":
            rows = [padded(slot.inside, row) for row in raw[slot.name]]
            empty = raw_of(slot.inside, {})
            found[slot.name] = _with_ids(slot, [*rows, *([empty] * (slot.fewest - len(rows)))])
    return found


def item_of(slots: Sequence[Slot], raw: Raw) -> dict[str, Any]:
    """Return the item that a compact form makes, without what is empty or as it is anyway."""
    found: dict[str, Any] = {}
    for slot in slots:
        value = _value(slot, raw[slot.name])
        if value is not None and (slot.needed or value != slot.default):
            found[slot.name] = value
    return found


def _value(slot: Slot, raw: Any) -> Any:
    match slot.kind:
        case "group":
            made = item_of(slot.inside, raw)
            empty = says_nothing(slot.inside, raw) and not slot.needed
            return None if empty and slot.default is None else made or (made if slot.needed else None)
        case "rows":
            rows = [item_of(slot.inside, row) for row in raw]
            return rows if rows or slot.needed else None
        case "tick":
            return raw
    return _of_text(slot, raw)


def _of_text(slot: Slot, raw: str) -> Any:
    match slot.kind:
        case "list":
            return _lines(raw) or ([] if slot.needed else None)
        case "orders":
            return [re.split(r"[\s,]+", line.strip(" ,")) for line in _lines(raw)] or None
        case "gaps":
            return {str(n): _one_or_more(line) for n, line in enumerate(raw.split("\n"), 1) if line.strip()}
        case "number":
            return _number(raw)
        case "pick" if slot.choices == ("true", "false"):
            return {"true": True, "false": False}.get(raw, raw or None)
    return raw if raw or slot.needed else None


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _one_or_more(line: str) -> str | list[str]:
    found = [part.strip() for part in line.split("|") if part.strip()]
    return found[0] if len(found) == 1 else found


def _number(raw: str) -> int | float | str | None:
    if not raw:
        return None
    value = read_number(raw).value
    if value is None:
        return raw
    return int(value) if value == value.to_integral_value() else float(value)


def changed(slots: Sequence[Slot], raw: Raw, *, add: str = "", drop: str = "") -> Raw:
    """Return a form with one row more at the end of `add` (`nodes.0.choices`), or without the row `drop`."""
    found = dict(raw)
    for slot in slots:
        inner_add, inner_drop = (_inside(path, slot.name) for path in (add, drop))
        if slot.kind == "group" and (inner_add or inner_drop):
            found[slot.name] = changed(slot.inside, raw[slot.name], add=inner_add, drop=inner_drop)
        elif slot.kind == "rows":
            found[slot.name] = _rows_changed(slot, raw[slot.name], add if add == slot.name else inner_add, inner_drop)
    return found


def _inside(path: str, name: str) -> str:
    return path.removeprefix(f"{name}.") if path.startswith(f"{name}.") else ""


def _rows_changed(slot: Slot, rows: Sequence[Raw], add: str, drop: str) -> list[Raw]:
    found = []
    for place, row in enumerate(rows):
        here = f"{place}"
        if drop != here:
            found.append(changed(slot.inside, row, add=_inside(add, here), drop=_inside(drop, here)))
    if add == slot.name and len(found) < (slot.most or len(found) + 1):
        found.append(padded(slot.inside, raw_of(slot.inside, {})))
    return _with_ids(slot, found)
