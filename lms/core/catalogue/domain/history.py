"""What ids meant in earlier releases."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class IdFact:
    """What an id stands for: its kind, and for a lesson the hash of its text."""

    kind: str
    hash: str = ""


@dataclass(frozen=True)
class History:
    """The ids of the release that is served now, and those that earlier releases had and gave up."""

    current: Mapping[str, IdFact] = field(default_factory=dict)
    retired: frozenset[str] = frozenset()
