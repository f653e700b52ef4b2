"""Mixing and drawing by seed. The order of a thing rests on its id alone, so it is the same on every machine,
in every language and after the author has moved it in the file.
"""

from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")
PAPER, STAFF = "paper-", "staff-"
"""How the seed of an attempt from paper begins; `STAFF` where somebody who guides a group typed its line."""


def rank(seed: str, scope: str, name: str) -> bytes:
    """Where `name` falls in the order that `seed` gives within `scope`."""
    return blake2b(f"{scope}\x00{name}".encode(), key=seed.encode()[:64], digest_size=16).digest()


def mixed(items: Iterable[T], seed: str, scope: str, name: Callable[[T], str]) -> tuple[T, ...]:
    return tuple(sorted(items, key=lambda item: (rank(seed, scope, name(item)), name(item))))


def drawn(
    items: Iterable[T],
    count: int | None,
    seed: str,
    name: Callable[[T], str],
    must: Callable[[T], bool],
    *,
    scope: str = "draw",
) -> tuple[T, ...]:
    """The items of one attempt: all that must be asked, then others by seed up to `count`, all mixed together."""
    order = mixed(items, seed, scope, name)
    if count is None:
        return order
    room = max(0, count - sum(1 for item in order if must(item)))
    rest = {name(item) for item in [item for item in order if not must(item)][:room]}
    return tuple(item for item in order if must(item) or name(item) in rest)


def order_of(seed: str) -> str:
    """Return the seed of the order that an attempt was asked in; who typed a line makes no difference to it."""
    return f"{PAPER}{seed.removeprefix(STAFF)}" if seed.startswith(STAFF) else seed


def on_paper(seed: str) -> bool:
    """Whether an attempt came from a printed sheet."""
    return seed.startswith((PAPER, STAFF))
