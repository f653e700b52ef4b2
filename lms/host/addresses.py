"""Rules of addresses that are quick to make: a start and every test make a few hundred."""

from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.routing import AnyConverter, Map, Rule

Build = Callable[..., tuple[str, str]]
_made: dict[tuple[Any, ...], Build] = {}


def one_of(words: Iterable[str]) -> type[AnyConverter]:
    """Return a converter for these words: to read `any(en,fr,…)` anew for each rule is a third of making it."""

    class OneOf(AnyConverter):
        def __init__(self, url_map: Map) -> None:
            super().__init__(url_map, *words)

    return OneOf


class LateRule(Rule):
    """A rule whose builder is compiled when its first address is built.

    Werkzeug compiles two for each rule at once, which is half of a start; most processes build few of them. The
    builders know nothing of an application, so that all of a process share them.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Build:  # noqa: FBT001, FBT002 - Werkzeug's signature
        key = (tuple(self._trace), repr(self.defaults), append_unknown)

        def build(rule: Rule, *values: Any, **named: Any) -> tuple[str, str]:
            made = _made.get(key)
            if made is None:
                made = _made[key] = Rule._compile_builder(rule, append_unknown)  # noqa: SLF001 - what this replaces
            return made(rule, *values, **named)

        return build
