"""Who may import whom: `start.py test` runs the import linter on the project; here each contract finds a planted fault."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shape.tree import ROOT

LINTER = Path(sys.executable).with_name("lint-imports")
PACKAGES = ("core/accounts", "core/catalogue", "core/learning", "plugins/quizzes", "plugins/cohorts")
FILES = ("api", "models", "actions", "queries", "access", "views", "staff")

FAULTS = {
    "plugins stand on core, core stands on host": ("host/web.py", "import lms.core.accounts.api"),
    "core is layered: learning, catalogue, accounts": ("core/accounts/views.py", "import lms.core.learning.api"),
    "core packages meet only through their api": ("core/learning/queries.py", "import lms.core.accounts.models"),
    "plugins meet only through their api": ("plugins/quizzes/queries.py", "import lms.plugins.cohorts.models"),
    "plugins reach core only through its api": ("plugins/quizzes/queries.py", "import lms.core.learning.models"),
    "actions, queries and access know no HTTP": ("core/accounts/actions.py", "import flask"),
    "domain code knows neither HTTP nor the database": ("plugins/quizzes/domain/grade.py", "import sqlalchemy"),
    "views never see models": ("plugins/quizzes/staff.py", "from lms.plugins.quizzes import models"),
    "heavy libraries stay behind one file each": ("plugins/quizzes/jobs.py", "import weasyprint"),
}
ALLOWED = {
    "core/learning/actions.py": "import lms.core.accounts.api, lms.host.db, sqlalchemy",
    "core/learning/views.py": "import flask, lms.core.learning.actions",
    "plugins/quizzes/actions.py": "import lms.core.learning.api, lms.plugins.cohorts.api",
    "plugins/quizzes/models.py": "import lms.host.db, sqlalchemy",
    "host/render.py": "import weasyprint",
    "host/migrate.py": "import alembic",
    "plugins/quizzes/domain/grade.py": "import decimal",
}


@pytest.fixture
def small_suite(tmp_path: Path) -> Path:
    """A tree of the same shape in which everything that is allowed is done."""
    for name in PACKAGES:
        for file in FILES:
            write(tmp_path, f"{name}/{file}.py", "")
    for name in ("host/web.py", "host/db.py"):
        write(tmp_path, name, "")
    for name, line in ALLOWED.items():
        write(tmp_path, name, line)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def write(root: Path, name: str, line: str) -> None:
    path = root / "lms" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(line + "\n")
    for parent in path.relative_to(root).parents:
        if parent.parts:
            (root / parent / "__init__.py").touch()


def verdicts(root: Path) -> dict[str, str]:
    done = subprocess.run([LINTER, "--no-cache"], cwd=root, capture_output=True, text=True, check=False)
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    lines = [line.split(" (")[0] for line in done.stdout.splitlines()]
    return {name: state for line in lines for name, _, state in [line.rpartition(" ")] if state in ("KEPT", "BROKEN")}


def test_what_is_allowed_passes(small_suite: Path) -> None:
    found = verdicts(small_suite)
    assert set(found) == set(FAULTS)  # a new contract brings its planted fault
    assert set(found.values()) == {"KEPT"}


@pytest.mark.parametrize("contract", FAULTS)
def test_a_planted_import_breaks_its_contract(small_suite: Path, contract: str) -> None:
    name, line = FAULTS[contract]
    write(small_suite, name, line)
    assert verdicts(small_suite)[contract] == "BROKEN"
