"""Static rules for code and templates (SUP-4): each looks for one thing, and its test shows a bad and a good sample."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """Something that must not stand in Python code.

    Args:
        name: what is wrong with it.
        attributes: attribute names that may not be read.
        allowed: files (below `lms/`, as prefixes) whose work it is.
        bad: a sample it must find.
        good: the way to do it, which it must pass.

    """

    name: str
    attributes: frozenset[str]
    allowed: tuple[str, ...]
    bad: str
    good: str


RULES = (
    Rule(
        "reads the address or browser of a person (SES-2, LOG-1)",
        frozenset({"remote_addr", "access_route", "user_agent", "remote_user"}),
        ("host/limits.py",),
        "limits.allow(request.remote_addr)",
        "limits.allow(str(person_id))",
    ),
    Rule(
        "sets a cookie outside the session module (SES-3)",
        frozenset({"set_cookie", "delete_cookie"}),
        ("host/security/", "host/testing.py"),
        "response.set_cookie('s', token)",
        "sessions.begin(response, person)",
    ),
    Rule(
        "commits below the view (an action is one change; the view decides when it counts)",
        frozenset({"commit"}),
        (
            "host/", "core/*/views", "core/*/staff", "core/*/commands", "core/*/jobs", "core/*/plugin",
            "plugins/*/views", "plugins/*/staff", "plugins/*/commands", "plugins/*/jobs", "plugins/*/plugin",
        ),
        "session.commit()",
        "session.flush()",
    ),
)  # fmt: skip

TEMPLATE_RULES = {
    "inline style": re.compile(r"<style|\sstyle\s*="),
    "inline script or handler": re.compile(r"<script(?![^>]*\ssrc=)|\son[a-z]+\s*=", re.IGNORECASE),
    "SVG": re.compile(r"<svg", re.IGNORECASE),
    "another host": re.compile(r"""(?:src|href|action)\s*=\s*["']?(?:https?:)?//""", re.IGNORECASE),
    "unescaped output": re.compile(r"\|\s*safe\b|autoescape\s+false"),
    "an input type that Safest or old phones break": re.compile(r'type="(?:date|time|color|range)"'),
}
ROUTES = {"get", "post", "route"}

# Whoever opens a live database file beside SQLite, if only to copy it, drops SQLite's locks when closing it (DUR-4).
OPENING = frozenset(
    {
        "open",
        "read_bytes",
        "read_text",
        "write_bytes",
        "write_text",
        "touch",
        "rename",
        "replace",
        "unlink",
        "symlink_to",
    }
    | {"copy", "copy2", "copyfile", "copytree", "move", "fork", "forkpty"}
)
DATABASE = re.compile(r"\.db(?:-wal|-shm)?$|^database_(?:file|url)$")
NOT_LIVE_YET = {
    "host/settings.py": "makes the empty file, before there is a database",
    "host/security/keystore.py": "the same for the key store",
}


def may(path: str, allowed: tuple[str, ...]) -> bool:
    return any(re.match(re.escape(place).replace(r"\*", "[^/]+"), path) for place in allowed)


def broken_rules(path: str, source: str) -> Iterator[str]:
    """Yield what stands in a Python file (path below `lms/`) against the rules."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            for rule in RULES:
                if node.attr in rule.attributes and not may(path, rule.allowed):
                    yield f"{path}:{node.lineno} {rule.name}"
        if isinstance(node, ast.Call):
            yield from _string_sql(path, node)
            yield from _beside_sqlite(path, node)
        if isinstance(node, ast.FunctionDef):
            yield from _double_method(path, node)


def _string_sql(path: str, node: ast.Call) -> Iterator[str]:
    """SQL with values glued into it; names of tables from our own metadata are a noqa with its reason."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in ("text", "exec_driver_sql") and node.args and isinstance(node.args[0], ast.JoinedStr | ast.BinOp):
        yield f"{path}:{node.lineno} glues values into SQL"


def _beside_sqlite(path: str, node: ast.Call) -> Iterator[str]:
    """Files of a live database, opened, copied or moved by anything but SQLite; and processes that fork with them open."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name not in OPENING or path in NOT_LIVE_YET:
        return
    words = [
        getattr(part, "value", None)
        if isinstance(part, ast.Constant)
        else getattr(part, "id", getattr(part, "attr", ""))
        for part in ast.walk(node)
    ]
    if name in ("fork", "forkpty") or any(isinstance(word, str) and DATABASE.search(word) for word in words):
        yield f"{path}:{node.lineno} touches a database file beside SQLite (DUR-4)"


def _double_method(path: str, node: ast.FunctionDef) -> Iterator[str]:
    """GET and POST are two functions: what reads and what writes never share one."""
    methods = [
        decorator.func.attr
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute)
    ]
    if "get" in methods and "post" in methods:
        yield f"{path}:{node.lineno} {node.name} answers both GET and POST"
    if "route" in methods:
        yield f"{path}:{node.lineno} {node.name} uses route(): say get() or post()"


def broken_templates(path: str, source: str) -> Iterator[str]:
    """Yield what stands in a template against the rules; comments do not count."""
    plain = re.sub(r"\{#.*?#\}", lambda comment: "\n" * comment[0].count("\n"), source, flags=re.DOTALL)
    for name, pattern in TEMPLATE_RULES.items():
        for found in pattern.finditer(plain):
            yield f"{path}:{plain.count(chr(10), 0, found.start()) + 1} {name}"
