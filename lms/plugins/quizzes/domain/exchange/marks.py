"""What only we say about a question, written as tags where a format has tags or a label, and read back from them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

OUTCOME, POOL, MUST = "outcome:", "pool:", "must-know"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")


def tags(item: Mapping[str, Any]) -> list[str]:
    """Return the tags of a question of ours."""
    found = [f"{OUTCOME}{item['outcome']}"] if item.get("outcome") else []
    found += [MUST] if item.get("must_know") else []
    return found + [f"{POOL}{pool}" for pool in item.get("pool", ())]


def read(found: Iterable[str]) -> tuple[str, dict[str, Any], tuple[str, ...]]:
    """Return outcome, keys of the item, and the tags that are not ours."""
    outcome, kept, rest = "", {}, []
    pools: list[str] = []
    for tag in dict.fromkeys(found):
        if tag.startswith(OUTCOME):
            outcome = tag.removeprefix(OUTCOME).strip()
        elif tag == MUST:
            kept["must_know"] = True
        elif tag.startswith(POOL) and _NAME.fullmatch(tag.removeprefix(POOL)):
            pools.append(tag.removeprefix(POOL))
        else:
            rest.append(tag)
    return outcome, {**kept, **({"pool": pools} if pools else {})}, tuple(rest)
