"""Which test proves which requirement, read from names and docstrings; writes docs/requirements.md and docs/asvs.md.

Run `python -m tests.requirements` after adding a safety test. A number in a test's name or docstring is its claim.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
NUMBER = re.compile(
    r"\b(?:ACC|SES|EXIT|CACHE|NET|LOG|AUTHZ|ENC|AUD|RET|BAK|OPS|SUP|PLG|INJ|DUR|CON|ORG|STAT|MAIL|XSS|UPL|PKG|CSV|CERT)-\d+\b"
)
IN_NAME = re.compile(r"(?:^|_)([a-z]+)_(\d+)(?=_|$)")
MOST_SHOWN = 6
HEAD = """<!-- Written by `python -m tests.requirements`. Change the tests or docs/requirements.yaml, then run it again. -->

# Requirements and their proofs

Each line is something that must hold; P0 before one real learner uses a site, P1 before the first general release. The tests
named claim to prove it; `pytest -m safety --collect-only` lists them all. **missing** means that no test names it yet.

| number | priority | must hold | tests |
|---|---|---|---|
"""
ASVS_HEAD = """<!-- Written by `python -m tests.requirements`. Change docs/asvs.yaml, then run it again. -->

# ASVS 5.0.0

Which items of the OWASP Application Security Verification Standard 5.0.0 we have looked at, in our own words, and the test that
shows it. A deviation is meant: it says what we do instead, and why. Items that are not here have not been answered yet, except
those about OAuth and OpenID Connect (V10), WebRTC (V17) and self-contained tokens (V9), which Veer does not have.

| item | level | | what we do | test |
|---|---|---|---|---|
"""


def claims(name: str, docstring: str) -> set[str]:
    """Return the numbers that a test names."""
    named = {f"{kind.upper()}-{number}" for kind, number in IN_NAME.findall(name)}
    return {one for one in named if NUMBER.fullmatch(one)} | set(NUMBER.findall(docstring))


def tests() -> Iterator[tuple[str, set[str]]]:
    """Yield every test as `path::name` with the numbers it claims, and files for what only their first lines claim."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree, place = ast.parse(path.read_text("utf-8")), path.relative_to(ROOT / "tests").as_posix()
        named: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                claimed = claims(node.name, ast.get_docstring(node) or "")
                named |= claimed
                yield f"{place}::{node.name}", claimed
        yield place, claims("", ast.get_docstring(tree) or "") - named


def proofs() -> dict[str, list[str]]:
    """Return the tests of each number."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, numbers in tests():
        for number in numbers:
            found[number].append(name)
    return found


def requirements_page() -> str:
    """Return docs/requirements.md."""
    known = yaml.safe_load((DOCS / "requirements.yaml").read_text("utf-8"))
    found = proofs()
    lines = [
        f"| {number} | {one['priority']} | {_with_note(one)} | {_shown(found.get(number, []))} |"
        for number, one in known.items()
    ]
    return HEAD + "\n".join(lines) + "\n"


def _with_note(one: dict[str, str]) -> str:
    """Return what must hold, and why it does not apply yet, where that is so."""
    return f"{one['holds']}. **{one['note']}**" if "note" in one else one["holds"]


def _shown(names: list[str]) -> str:
    if not names:
        return "**missing**"
    more = f" and {len(names) - MOST_SHOWN} more" if len(names) > MOST_SHOWN else ""
    return "<br>".join(f"`{name.replace('|', '')}`" for name in names[:MOST_SHOWN]) + more


def asvs_page() -> str:
    """Return docs/asvs.md."""
    items = yaml.safe_load((DOCS / "asvs.yaml").read_text("utf-8"))
    found = proofs()
    lines = [
        f"| {number} | {one['level']} | {one['state']} | {one['how']} | {_shown(found.get(one['by'], [])[:1])} |"
        for number, one in items.items()
    ]
    return ASVS_HEAD + "\n".join(lines) + "\n"


def pages() -> dict[str, str]:
    """Return both pages by name."""
    return {"requirements.md": requirements_page(), "asvs.md": asvs_page()}


if __name__ == "__main__":
    for page, text in pages().items():
        (DOCS / page).write_text(text, "utf-8")
