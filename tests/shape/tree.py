"""Reading the project as text: what the shape tests have in common."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LMS = ROOT / "lms"
MOST_LINES = 400
MOST_FUNCTION_LINES = 40

ROLES = {
    "plugin", "api", "models", "access", "queries", "actions", "forms", "views",
    "staff", "jobs", "commands", "events", "privacy", "domain",
}  # fmt: skip
FOLDERS = ROLES - {"plugin", "api"} | {"templates", "static", "migrations", "translations"}


def packages(lms: Path) -> list[Path]:
    """Return the folder of each core package and bundled plugin."""
    return [
        path
        for ring in ("core", "plugins")
        for path in sorted((lms / ring).iterdir())
        if path.is_dir() and path.name != "__pycache__"
    ]


def stray_names(lms: Path) -> list[str]:
    """Return files and folders whose names say nothing about their role (docs/where-does-it-go.md)."""
    found = []
    for package in packages(lms):
        folders = FOLDERS | ({"compile"} if package.name == "catalogue" else set())
        for item in sorted(package.iterdir()):
            if item.name in ("__pycache__", "__init__.py"):
                continue
            known = item.name in folders if item.is_dir() else item.suffix == ".py" and item.stem in ROLES - {"domain"}
            if not known:
                found.append(f"{package.parent.name}/{package.name}/{item.name}")
        for kind in ("templates", "static"):
            inside = package / kind
            if inside.is_dir():
                found += [
                    f"{package.name}/{kind}/{item.name}" for item in inside.iterdir() if item.name != package.name
                ]
    return found


def python_files(*folders: Path) -> Iterator[Path]:
    """Yield the Python files below folders (or the files themselves)."""
    for folder in folders:
        files = [folder] if folder.is_file() else sorted(folder.rglob("*.py"))
        yield from (path for path in files if "__pycache__" not in path.parts)


def is_migration(path: Path) -> bool:
    return "migrations" in path.parts


def too_long(files: Iterator[Path]) -> list[str]:
    """Return files over 400 lines; migrations are history and exempt."""
    return [
        f"{path.name}: {lines} lines"
        for path in files
        if not is_migration(path) and (lines := len(path.read_text().splitlines())) > MOST_LINES
    ]


def long_functions(files: Iterator[Path]) -> list[str]:
    """Return functions over 40 lines, decorators and docstring not counted."""
    found = []
    for path in files:
        if is_migration(path):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = node.body[0]
                words = (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(node, clean=False) else 0
                lines = (node.end_lineno or 0) - node.lineno + 1 - words
                if lines > MOST_FUNCTION_LINES:
                    found.append(f"{path.name}: {node.name} has {lines} lines")
    return found
