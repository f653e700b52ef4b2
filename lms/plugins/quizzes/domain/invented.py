"""Invented quizzes and checks for generated courses (`lms seed`): every kind of question, in turn."""

from collections.abc import Callable, Sequence
from typing import Any

from lms.host.security.words import words
from lms.host.seed import Seed

QUESTIONS = (5, 8)
OF_CHECK, DRAWN, MUST_KNOW = 14, 12, 2
FEEDBACK_LENGTH = 18


class Inventor:
    """Makes questions of harmless words.

    Args:
        seed: where chance comes from.

    """

    def __init__(self, seed: Seed) -> None:
        self.seed = seed
        self.words = words("en")

    def quiz(self, owner: str, outcomes: Sequence[str]) -> dict[str, Any]:
        """Return a practice quiz."""
        count = self.seed.random.randint(*QUESTIONS)
        return {"id": f"{owner}-q", **self._head("practice"), "items": self.items(count, outcomes)}

    def check(self, owner: str, outcomes: Sequence[str]) -> dict[str, Any]:
        """Return a module check."""
        items = self.items(OF_CHECK, outcomes)
        for item in items[:MUST_KNOW]:
            item["must_know"] = True
        return {
            "id": f"{owner}-check",
            **self._head("module-check"),
            "pass_mark": 80,
            "draw": DRAWN,
            "items": items,
        }

    def _head(self, mode: str) -> dict[str, str]:
        return {"title": "Questions", "intro": self._words(9), "mode": mode, "store": "score"}

    def items(self, count: int, outcomes: Sequence[str]) -> list[dict[str, Any]]:
        """Return questions of every kind that is graded on a page, in turn."""
        makers: tuple[Callable[[], dict[str, Any]], ...] = (
            self._single, self._multiple, self._truefalse, self._ordering, self._matching, self._numeric,
            self._cloze, self._short,
        )  # fmt: skip
        return [
            {
                "id": f"q{number}",
                "outcome": outcomes[number % len(outcomes)],
                "prompt": self._words(10),
                **makers[number % len(makers)](),
            }
            for number in range(1, count + 1)
        ]

    def _words(self, count: int) -> str:
        return " ".join(self.seed.random.sample(self.words, count)).capitalize() + "."

    def _verdicts(self, *kinds: str) -> dict[str, str]:
        return {kind: self._words(FEEDBACK_LENGTH) for kind in kinds}

    def _options(self, right: int) -> list[dict[str, Any]]:
        return [
            {"id": name, "text": self._words(5), "correct": place < right, "feedback": self._words(FEEDBACK_LENGTH)}
            for place, name in enumerate("abc")
        ]

    def _single(self) -> dict[str, Any]:
        return {"type": "single", "options": self._options(1)}

    def _multiple(self) -> dict[str, Any]:
        return {"type": "multiple", "options": self._options(2)}

    def _truefalse(self) -> dict[str, Any]:
        return {
            "type": "truefalse",
            "answer": self.seed.chance(0.5),
            "feedback": self._verdicts("correct", "incorrect"),
        }

    def _ordering(self) -> dict[str, Any]:
        steps = [{"id": name, "text": self._words(4)} for name in "abcd"]
        return {"type": "ordering", "steps": steps, "feedback": self._verdicts("correct", "partial", "incorrect")}

    def _matching(self) -> dict[str, Any]:
        pairs = [{"id": name, "left": self._words(2), "right": self._words(3)} for name in ("p1", "p2", "p3")]
        return {"type": "matching", "pairs": pairs, "feedback": self._verdicts("correct", "incorrect")}

    def _numeric(self) -> dict[str, Any]:
        answer = self.seed.random.randint(2, 20)
        return {
            "type": "numeric",
            "answer": answer,
            "tolerance": 1,
            "feedback": self._verdicts("correct", "incorrect"),
        }

    def _cloze(self) -> dict[str, Any]:
        bank = self.seed.random.sample(self.words, 5)
        return {
            "type": "cloze",
            "text": f"{self._words(5)} {{1}} {self._words(4)} {{2}}.",
            "bank": bank,
            "answers": {"1": bank[0], "2": bank[1]},
            "feedback": self._verdicts("correct", "incorrect"),
        }

    def _short(self) -> dict[str, Any]:
        accept = self.seed.random.sample(self.words, 2)
        return {"type": "short", "accept": accept, "feedback": self._verdicts("correct", "incorrect")}
