"""What a disk may hold after the power went: every file as it was last synced, and any part of what came later.

Files are known by number, as a disk knows them, and the folder leads from names to numbers. Of the changes to the folder
since its last sync a first part survives; of those to a file any choice, each sector of 512 bytes for itself.
"""

import copy
import random  # noqa: TID251 - what survives repeats from a seed
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SECTOR = 512
Event = tuple[Any, ...]


@dataclass
class File:
    """The bytes that were synced, and the changes since."""

    safe: bytearray = field(default_factory=bytearray)
    later: list[Event] = field(default_factory=list)

    def sync(self) -> None:
        for change in self.later:
            _change(self.safe, change)
        self.later = []

    def after(self, chance: random.Random, share: float) -> bytes:
        """Return what the disk may hold of it."""
        content = bytearray(self.safe)
        for change in self.later:
            for part in _sectors(change):
                if chance.random() < share:
                    _change(content, part)
        return bytes(content)


def _change(content: bytearray, change: Event) -> None:
    kind, place = change[:2]
    if len(content) < place:
        content.extend(bytes(place - len(content)))
    if kind == "truncate":
        del content[place:]
    else:
        content[place : place + len(change[2])] = change[2]


def _sectors(change: Event) -> Iterator[Event]:
    if change[0] == "truncate":
        yield change
        return
    _kind, place, data = change
    while data:
        size = SECTOR - place % SECTOR
        yield ("write", place, data[:size])
        place, data = place + size, data[size:]


class Disk:
    """A folder of files to which the recorded events happen, one after the other."""

    def __init__(self, begun: dict[str, bytes]) -> None:
        """Begin with files that have been safe for long."""
        self._files = [File(bytearray(content)) for content in begun.values()]
        self._names = {name: number for number, name in enumerate(begun)}  # as programs see it
        self._safe_names = dict(self._names)
        self._later: list[tuple[str, int | None]] = []

    def happens(self, event: Event) -> None:
        match event:
            case ("create", name):
                self._files.append(File())
                self._names[name] = len(self._files) - 1
                self._later.append((name, self._names[name]))
            case ("delete", name):
                del self._names[name]
                self._later.append((name, None))
            case ("folder",):
                self._safe_names, self._later = dict(self._names), []
            case ("sync", name):
                self._files[self._names[name]].sync()
            case (kind, name, *rest):
                self._files[self._names[name]].later.append((kind, *rest))

    def cut(self, seed: int, share: float) -> dict[str, bytes]:
        """Return the files that are there when the power is back.

        Args:
            seed: chooses what survived of what was not synced.
            share: how much of it, from nothing to all.

        """
        chance = random.Random(seed)
        names: dict[str, int | None] = dict(self._safe_names)
        names.update(self._later[: chance.randint(0, round(len(self._later) * share))])
        return {name: self._files[number].after(chance, share) for name, number in names.items() if number is not None}


def images(begun: dict[str, bytes], events: list[Event], most: int) -> Iterator[tuple[set[int], dict[str, bytes]]]:
    """Cut the power at `most` moments, evenly spread over the events; each time nothing, half or all of what was not
    synced survives. Yields what had been acknowledged by then, and the files.
    """
    disk, acknowledged = Disk(copy.deepcopy(begun)), set()
    every = max(1, len(events) / most)
    due = 0.0
    for number, event in enumerate(events):
        if event[0] == "acknowledged":
            acknowledged.add(event[1])
        else:
            disk.happens(event)
        if number >= due:
            due += every
            yield set(acknowledged), disk.cut(number, (0.0, 0.5, 1.0)[number % 3])


def put(files: dict[str, bytes], folder: Path) -> None:
    """Write an image into an empty folder."""
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
