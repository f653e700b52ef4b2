"""`lms plugin new NAME`: a small plugin outside the tree that starts, migrates and passes its own tests."""

import re
from importlib.resources import files
from pathlib import Path
from string import Template

from lms.host.plugin import BUNDLED, StartupError

NAME = re.compile(r"[a-z][a-z0-9]{2,30}")
PACKAGE = "veer_{name}"
PLACES = {
    "pyproject.toml.txt": "pyproject.toml",
    "README.md.txt": "README.md",
    "__init__.py.txt": "{package}/__init__.py",
    "plugin.py.txt": "{package}/plugin.py",
    "models.py.txt": "{package}/models.py",
    "actions.py.txt": "{package}/actions.py",
    "queries.py.txt": "{package}/queries.py",
    "views.py.txt": "{package}/views.py",
    "privacy.py.txt": "{package}/privacy.py",
    "migration.py.txt": "{package}/migrations/0001_first_tables.py",
    "page.html.txt": "{package}/templates/{name}/notes.html",
    "conftest.py.txt": "tests/conftest.py",
    "test_page.py.txt": "tests/test_page.py",
}


def write_skeleton(name: str, parent: Path) -> Path:
    """Write the folder of a new plugin below `parent` and return it.

    Args:
        name: lower-case letters and digits; prefix of its tables, templates and addresses.
        parent: where the folder goes.

    Raises:
        StartupError: the name is not usable or the folder exists.

    """
    if not NAME.fullmatch(name) or name in (*BUNDLED, "host"):
        message = f"{name!r} cannot be a plugin's name: 3 to 31 small letters and digits, not a name of ours."
        raise StartupError(message)
    folder = parent / f"veer-{name}"
    if folder.exists():
        message = f"{folder} exists already."
        raise StartupError(message)
    words = {"name": name, "package": PACKAGE.format(name=name), "title": name.capitalize()}
    for source, place in PLACES.items():
        text = Template((files("lms.host") / "skeleton" / source).read_text("utf-8")).substitute(words)
        target = folder / place.format(**words)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return folder
