"""What a person may agree to show, and to whom (ORG-1)."""

from typing import Literal

Audience = Literal["organisation", "facilitators", "cohort"]
Level = Literal["none", "taking_part", "completion", "progress", "score"]

AUDIENCES: tuple[Audience, ...] = ("organisation", "facilitators", "cohort")
LEVELS: tuple[Level, ...] = ("none", "taking_part", "completion", "progress", "score")
TEXT_VERSION = 1


def shows(level: str, needed: Level) -> bool:
    """Whether `level` lets an audience see what needs `needed`; unknown levels show nothing."""
    return level in LEVELS and LEVELS.index(level) >= LEVELS.index(needed)
