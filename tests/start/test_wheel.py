"""The wheel holds the whole product: templates, static files, fonts, migrations, courses and compiled catalogues."""

import gettext
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.start.conftest import ROOT

pytestmark = pytest.mark.packaging


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(target), "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (found,) = target.glob("*.whl")
    return found


@pytest.fixture
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def tracked(*patterns: str) -> set[str]:
    done = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_everything_of_the_package_is_inside(names: set[str]) -> None:
    assert tracked("lms") - names == set()
    assert any(name.endswith(".html") for name in names)
    assert any("/migrations/" in name for name in names)


def test_the_courses_are_inside_with_their_licence(names: set[str]) -> None:
    courses = tracked("courses")
    assert "courses/LICENSE" in courses
    assert {f"lms/{name}" for name in courses} - names == set()


def test_catalogues_are_inside_compiled(wheel: Path, names: set[str]) -> None:
    sources = tracked("translations/*/LC_MESSAGES/*.po")
    assert sources, "no interface catalogue is tracked"
    compiled = {f"lms/{name[:-3]}.mo" for name in sources}
    assert compiled - names == set()
    with zipfile.ZipFile(wheel) as archive:
        for name in compiled:
            assert len(gettext.GNUTranslations(io.BytesIO(archive.read(name)))._catalog) > 10  # type: ignore[attr-defined]


def test_nothing_else_is_inside(names: set[str]) -> None:
    strangers = [
        name
        for name in names
        if not name.startswith(("lms/", "veer-")) or name.startswith(("lms/data/", "lms/tests/")) or ".venv" in name
    ]
    assert strangers == []


def test_entry_points_name_the_bundled_plugins(wheel: Path, names: set[str]) -> None:
    (place,) = [name for name in names if name.endswith("entry_points.txt")]
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(place).decode()
    assert "lms = lms.cli:main" in text
    for name in (
        "accounts",
        "catalogue",
        "learning",
        "quizzes",
        "progress",
        "certificates",
        "cohorts",
        "organisations",
        "workbook",
        "library",
        "remember",
    ):
        assert f"{name} = lms." in text
