"""Imported questions on their way into the bank, and what the bank gives out."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lms.host.pictures import Rewritten
from lms.plugins.quizzes.domain.exchange.draft import Entry
from lms.plugins.quizzes.domain.exchange.remarks import Remark
from lms.plugins.quizzes.domain.exchange.settle import content_id

BANK = "bank"
BESIDE = ("id", "outcome", "must_know", "pool")
MOST_TAGS, LONGEST_TAG = 12, 40


@dataclass(frozen=True, slots=True)
class Arrival:
    """A question as it will stand in the bank."""

    question: str
    item: Mapping[str, Any]
    tags: tuple[str, ...]
    outcome: str


def arrived(entries: Iterable[Entry], known: Mapping[str, str], ids: Collection[str]) -> list[Entry]:
    """Return the entries as they stand in the bank: each with its id, marked if it is there already.

    Args:
        entries: what a file holds.
        known: content id → id, of the newest version of every question of the bank.
        ids: every id of the bank; the id of an imported question is its content's.

    """
    seen = {**known, **{name: name for name in ids}}
    found = []
    for entry in entries:
        if entry.item is None:
            found.append(entry)
            continue
        own = entry.given.removeprefix(f"{BANK}.")
        content = str(entry.item["id"])
        there = own if own != entry.given and own in ids else seen.get(content)
        losses = [Remark(key.replace("_", "-")) for key in ("must_know", "pool") if entry.item.get(key)]
        made = replace(entry, losses=(*entry.losses, *losses), known=there is not None)
        found.append(replace(made, item={**entry.item, "id": there or content}))
        seen[content] = there or content
    return found


def new_ones(entries: Iterable[Entry]) -> list[Arrival]:
    """Return what is not in the bank yet; a category is kept as a tag."""
    return [_arrival(entry, entry.item) for entry in entries if entry.item is not None and not entry.known]


def brought(entries: Iterable[Entry]) -> list[Rewritten]:
    """Return the pictures of questions that are not in the bank yet, each once."""
    return list({entry.picture.name: entry.picture for entry in entries if entry.picture and not entry.known}.values())


def _arrival(entry: Entry, item: Mapping[str, Any]) -> Arrival:
    tags = [" ".join(tag.replace(",", " ").split())[:LONGEST_TAG] for tag in (*entry.tags, entry.category)]
    kept = tuple(dict.fromkeys(tag for tag in tags if tag))[:MOST_TAGS]
    content = {"type": item["type"]} | {key: value for key, value in item.items() if key not in BESIDE}
    return Arrival(str(item["id"]), content, kept, entry.outcome)


def content_of(item: Mapping[str, Any]) -> str:
    """Return the id that the content of a bank question has in a file."""
    return content_id(item)
