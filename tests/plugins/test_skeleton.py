"""`lms plugin new NAME`: what it writes is a plugin that works, tests and all."""

from pathlib import Path

import pytest

from lms.host.plugin import StartupError
from lms.host.skeleton import write_skeleton
from tests.plugins.installing import LMS, install, run

pytestmark = pytest.mark.packaging


def written(name: str, folder: Path) -> Path:
    done = run(*LMS, "plugin", "new", name, "--folder", str(folder), LMS_DATA=str(folder / "data"))
    assert done.returncode == 0, done.stderr
    assert f"cd {folder / f'veer-{name}'}" in done.stdout
    return folder / f"veer-{name}"


def test_the_tests_it_writes_pass(tmp_path: Path) -> None:
    source = written("tryout", tmp_path)
    installed = install(source, tmp_path / "installed")
    options = ["-q", "-p", "no:cacheprovider", "-k", "not postgresql", f"--rootdir={source}", "--tb=short"]
    done = run("-m", "pytest", str(source / "tests"), *options, path=(installed,))
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout


def test_what_it_writes_passes_our_own_rules(tmp_path: Path) -> None:
    """Its models say what they hold, and its migration makes just these tables: neither would pass with a fault."""
    source = written("tryout", tmp_path)
    model = source / "veer_tryout" / "models.py"
    text = model.read_text()
    assert "index=True" in text
    model.write_text(text.replace(", index=True", "", 1))
    installed = install(source, tmp_path / "installed")
    options = ["-q", "-p", "no:cacheprovider", "-k", "not postgresql and agree", f"--rootdir={source}"]
    done = run("-m", "pytest", str(source / "tests"), *options, path=(installed,))
    assert done.returncode == 1
    assert "1 failed" in done.stdout


@pytest.mark.parametrize("name", ["quizzes", "host", "a", "Hello", "two words", "../out", "lms-x"])
def test_a_name_that_would_not_work_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(StartupError, match="cannot be a plugin's name"):
        write_skeleton(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    readme = write_skeleton("tryout", tmp_path) / "README.md"
    readme.write_text("mine")
    with pytest.raises(StartupError, match="exists already"):
        write_skeleton("tryout", tmp_path)
    assert readme.read_text() == "mine"
