"""Calls and imports that no code of ours may hold (SUP-4, INJ-1), each with a bad sample that is found and a good one that passes."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

LOGGERS = frozenset({"log", "logger", "logging"})
LEVELS = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})
SAID_BY_PEOPLE = frozenset(
    {
        "args", "cookies", "data", "environ", "files", "form", "full_path", "headers", "host", "json", "path",
        "query_string", "referrer", "url", "values",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Forbidden:
    """Something that may not be written.

    Args:
        name: what is wrong with it.
        finds: whether one node of the syntax tree is it.
        bad: samples it must find.
        good: the way to do it, which it must pass.
        allowed: files (below `lms/`) whose work it is.

    """

    name: str
    finds: Callable[[ast.AST], bool]
    bad: tuple[str, ...]
    good: str
    allowed: tuple[str, ...] = ()


def named(node: ast.AST) -> str:
    """Return the dotted name of a name, an attribute or a call."""
    if isinstance(node, ast.Call):
        return named(node.func)
    if isinstance(node, ast.Attribute):
        return f"{named(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def imports(*modules: str) -> Callable[[ast.AST], bool]:
    """Whether a node imports one of the modules, or a name of a module written `module.name`."""

    def finds(node: ast.AST) -> bool:
        found: list[str] = []
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            found = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        return bool(set(found) & set(modules))

    return finds


def calls(*names: str) -> Callable[[ast.AST], bool]:
    """Whether a node calls one of the functions."""
    return lambda node: isinstance(node, ast.Call) and named(node) in names


def shell(node: ast.AST) -> bool:
    """A command line that a shell takes apart."""
    if not isinstance(node, ast.Call):
        return False
    asked = any(word.arg == "shell" and not _is(word.value, value=False) for word in node.keywords)
    return asked or named(node) in ("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput")


def _is(node: ast.AST, *, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def logs_what_people_say(node: ast.AST) -> bool:
    """A log line made of values, or of anything that a request holds (LOG-1)."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    if node.func.attr not in LEVELS or named(node.func.value).rpartition(".")[2] not in LOGGERS:
        return False
    if any(isinstance(part, ast.JoinedStr) for part in node.args[:1]) or len(node.args) > 1:
        return True
    return any(
        isinstance(part, ast.Attribute) and part.attr in SAID_BY_PEOPLE and named(part.value).endswith("request")
        for part in ast.walk(node)
    )


def string_sql(node: ast.AST) -> bool:
    """SQL with values glued into it."""
    if not isinstance(node, ast.Call) or named(node).rpartition(".")[2] not in ("text", "exec_driver_sql"):
        return False
    first = node.args[0] if node.args else None
    return isinstance(first, ast.JoinedStr | ast.BinOp) or (
        isinstance(first, ast.Call) and named(first).endswith("format")
    )


def imports_by_value(node: ast.AST) -> bool:
    """A module whose name is only known when it runs."""
    return calls("import_module", "importlib.import_module", "__import__")(node) and not isinstance(
        next(iter(getattr(node, "args", [])), None), ast.Constant
    )


MARKUP = tuple(f"host/{name}.py" for name in ("frame", "i18n", "markup", "slots", "spans", "tiles"))
RULES = (
    Forbidden("raw markup", imports("markupsafe.Markup"), ("from markupsafe import Markup",), "from lms.host.markup import clean", MARKUP),
    Forbidden("string SQL", string_sql, ("text(f'SELECT {x}')", "conn.exec_driver_sql('A' + x)", "sa.text('{}'.format(x))"), "select(Person.id)"),
    Forbidden("direct redirect", imports("flask.redirect", "werkzeug.utils.redirect"), ("from flask import redirect",), "from lms.host.web import see"),
    Forbidden("bare session cookie", imports("flask.session"), ("from flask import g, session",), "from flask import g"),
    Forbidden("random", imports("random"), ("import random", "from random import choice"), "import secrets", ("host/seed.py",)),
    Forbidden("pickle", imports("pickle", "marshal", "shelve", "dill", "joblib"), ("import pickle", "from shelve import open"), "import json"),
    Forbidden("eval", calls("eval", "exec", "builtins.eval"), ("eval(typed)", "exec(source)"), "json.loads(typed)"),
    Forbidden("unsafe YAML", calls("yaml.load", "yaml.unsafe_load", "yaml.full_load"), ("yaml.full_load(text)",), "strict_yaml.load(text)"),
    Forbidden("shell", shell, ("os.system(x)", "subprocess.run(x, shell=True)", "run(x, shell=flag)"), "subprocess.run([program, name], shell=False)"),
    Forbidden(
        "logging of request data",
        logs_what_people_say,
        ("log.info(f'{handle} came')", "log.error('bad %s', handle)", "log.info('x', extra={'detail': request.form['a']})", "logging.warning('x', extra={'a': flask.request.headers})"),
        "log.error('fault', extra={'route': request.endpoint})",
    ),
    Forbidden(
        "dynamic import", imports_by_value, ("import_module(typed)", "__import__(name)"), "import_module('lms.host.web')",
        ("host/docs.py", "host/plugin.py", "host/i18n_tools.py"),
    ),
)  # fmt: skip


def found(path: str, source: str) -> Iterator[str]:
    """Yield what stands in a file (path below `lms/`) and may not."""
    for node in ast.walk(ast.parse(source)):
        for rule in RULES:
            if path not in rule.allowed and rule.finds(node):
                yield f"{path}:{getattr(node, 'lineno', 0)} {rule.name}"
