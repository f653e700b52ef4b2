"""Whether every step of a story can be reached, and an end from every step."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from lms import lazy_gettext as L_
from lms.plugins.quizzes.api import Flaw, doubles

Ways = Mapping[str, Sequence[str]]


def node_flaws(names: Sequence[str], start: str, ways: Ways, ends: Collection[str]) -> Iterable[Flaw]:
    """Everything that would leave somebody stuck in a story.

    Args:
        names: the nodes in the order of the file.
        start: where the story begins.
        ways: where the choices of each node lead.
        ends: nodes where it may end.

    """
    yield from doubles(names, "nodes")
    yield from _absent(names, start, ways)
    if start not in ways:
        return
    there = reached({start}, ways)
    back: dict[str, list[str]] = {name: [] for name in names}
    for name, nexts in ways.items():
        for following in nexts:
            back.setdefault(following, []).append(name)
    home = reached(set(ends), back)
    for place, name in enumerate(names):
        if name not in there:
            yield Flaw(
                ("nodes", place),
                "quiz-story-unreached",
                L_("No way leads to “%(node)s”."),
                L_("Let a choice lead to it, or take it out."),
                values={"node": name},
            )
        if name not in home:
            yield Flaw(
                ("nodes", place),
                "quiz-story-stuck",
                L_("No end can be reached from “%(node)s”."),
                L_("Let one of its choices lead on to an end."),
                values={"node": name},
            )


def reached(begin: Collection[str], ways: Ways) -> frozenset[str]:
    """Every node that some way from `begin` leads to, `begin` included."""
    seen: set[str] = set()
    waiting = list(begin)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(ways.get(name, ()))
    return frozenset(seen)


def _absent(names: Sequence[str], start: str, ways: Ways) -> Iterable[Flaw]:
    if start not in names:
        yield _unknown(("start",), start, names)
    for place, name in enumerate(names):
        for number, following in enumerate(ways[name]):
            if following not in names:
                yield _unknown(("nodes", place, "choices", number, "next"), following, names)


def _unknown(path: tuple[str | int, ...], node: str, names: Sequence[str]) -> Flaw:
    return Flaw(
        path,
        "quiz-story-unknown",
        L_("There is no node called “%(node)s”."),
        L_("Write one of these: %(nodes)s."),
        values={"node": node, "nodes": ", ".join(names)},
    )
