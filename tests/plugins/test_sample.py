"""A plugin from outside, installed as a package: it brings one of everything, and leaves without a trace.

What it does while it is there is tried in `tests/sample_plugin/trials`, in a process of its own with the package on its
path: an entry point is only found where a package is installed, and what is imported once cannot be taken away.
"""

import importlib
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from lms.host.plugin import BUNDLED, fingerprint
from tests.plugins.installing import LMS, ROOT, install, run

pytestmark = pytest.mark.packaging
SAMPLE = ROOT / "tests" / "sample_plugin"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(SAMPLE, tmp_path_factory.mktemp("sample") / "installed")


@pytest.fixture
def approved(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], str]:
    """Return what an operator writes into LMS_PLUGINS for the sample of a folder."""

    def entry(folder: Path) -> str:
        with monkeypatch.context() as patch:
            patch.syspath_prepend(str(folder))
            importlib.invalidate_caches()
            return f"sample@{fingerprint('veer_sample.plugin')}"

    return entry


def with_sample(entry: str, data: Path) -> dict[str, str]:
    return {"LMS_PLUGINS": ",".join((*BUNDLED, entry)), "LMS_DATA": str(data)}


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_its_trials_pass(installed: Path, database: str) -> None:
    other = "postgresql" if database == "sqlite" else "sqlite"
    options = ["-q", "-p", "no:cacheprovider", "-k", f"not {other}", f"--rootdir={SAMPLE}", "--tb=short"]
    done = run("-m", "pytest", str(SAMPLE / "trials"), *options, path=(installed,))
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout


def test_its_command_is_one_of_ours(installed: Path, tmp_path: Path, approved: Callable[[Path], str]) -> None:
    place = with_sample(approved(installed), tmp_path)
    assert "sample_0001" in run(*LMS, "db", "upgrade", path=(installed,), **place).stdout.splitlines()
    assert run(*LMS, "pebbles", path=(installed,), **place).stdout == "0\n"
    assert "  pebbles " in run(*LMS, "--help", path=(installed,), **place).stdout


def test_plg_1_installed_is_not_approved(installed: Path, tmp_path: Path, approved: Callable[[Path], str]) -> None:
    """A package that nobody named stays inert; one whose bytes nobody approved stops the start. Neither runs a line."""
    changed, mark = tmp_path / "changed", tmp_path / "it-ran"
    shutil.copytree(installed, changed)
    entry = approved(changed)
    with (changed / "veer_sample" / "__init__.py").open("a") as file:
        file.write(f"\nopen({str(mark)!r}, 'w').close()\n")
    data = tmp_path / "data"
    listed = run(*LMS, "plugins", "list", path=(changed,), LMS_DATA=str(data))
    assert f"sample: installed, does not run. LMS_PLUGINS entry: {approved(changed)}" in listed.stdout
    assert run(*LMS, "db", "upgrade", path=(changed,), LMS_DATA=str(data)).returncode == 0
    refusals = {entry: ("is not the one that was approved", approved(changed)), "sample": ("have no hash: sample",)}
    for wish, why in refusals.items():
        for command in (("db", "upgrade"), ("serve",)):
            refused = run(*LMS, *command, path=(changed,), **with_sample(wish, data))
            assert refused.returncode == 1
            assert [words for words in why if words not in refused.stderr] == []
    assert not mark.exists()
    run(*LMS, "db", "upgrade", path=(changed,), **with_sample(approved(changed), data))
    assert mark.exists()  # the mark would have shown


FAULTS: Mapping[str, tuple[str, str, str, str]] = {
    "PersonalData": ("plugin.py", "        privacy.personal_data,\n", "", "sample_pebble holds personal data"),
    "table": ("privacy.py", '("sample_pebble",)', "()", "sample_pebble holds personal data"),
    "data class": ("models.py", 'data_class="C2"', 'data_class=""', "sample_pebble does not state its data_class"),
    "purpose": ("models.py", '"Shows that', '"" and "Shows that', "sample_pebble does not state its purpose"),
    "lifetime": ("models.py", '"Until the', '"" and "Until the', "sample_pebble does not state its lifetime"),
    "erase rule": ("models.py", '"Deleted with', '"" and "Deleted with', "sample_pebble does not state its erase"),
    "name of its own": ("models.py", '"sample_pebble"', '"pebble"', "pebble is a table of sample"),
    "access": ("views.py", "@signed_in\ndef put_down", "def put_down", "sample.put_down"),
}


@pytest.mark.parametrize("missing", FAULTS)
def test_plg_2_a_promise_that_is_missing_stops_the_start(
    installed: Path, tmp_path: Path, approved: Callable[[Path], str], missing: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(installed, copy)
    name, old, new, said = FAULTS[missing]
    file = copy / "veer_sample" / name
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new, 1))
    done = run(*LMS, "check", path=(copy,), **with_sample(approved(copy), tmp_path / "data"))
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_template_outside_its_folder_stops_the_start(
    installed: Path, tmp_path: Path, approved: Callable[[Path], str]
) -> None:
    """It could put itself in the place of a page of ours."""
    copy = tmp_path / "copy"
    shutil.copytree(installed, copy)
    (copy / "veer_sample" / "templates" / "host").mkdir()
    done = run(*LMS, "check", path=(copy,), **with_sample(approved(copy), tmp_path / "data"))
    assert done.returncode == 1
    assert "only templates/sample/ is its own" in done.stderr


def walk(given: Mapping[str, Any], *path: Path, **environment: str) -> dict[str, Any]:
    """Run the walk; return what it says in its last line."""
    words = json.dumps(given) if given else ""
    done = run("-m", "tests.sample_plugin.trials.walk", path=path, words=words, **environment)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def crosses(*path: Path, **environment: str) -> list[str]:
    """Return what `lms check` finds amiss."""
    lines = run(*LMS, "check", path=path, **environment).stdout.splitlines()
    assert any(line.startswith("✓") for line in lines)
    return [line for line in lines if line.startswith("✗")]


def test_it_can_be_taken_away(installed: Path, tmp_path: Path, approved: Callable[[Path], str]) -> None:
    """Upgrade, start and every page work; what it compiled stands in its static form, what it asked is not counted."""
    data = tmp_path / "data"
    made = walk({}, installed, **with_sample(approved(installed), data))
    before = walk(made, installed, **with_sample(approved(installed), data))
    assert {status for status, _text in before.values()} == {200, 303}
    findings = crosses(installed, **with_sample(approved(installed), data))

    gone = {"LMS_DATA": str(data)}
    assert "Nothing to do." in run(*LMS, "db", "upgrade", **gone).stdout
    assert run(*LMS, "db", "drift", **gone).returncode == 0
    assert crosses(**gone) == findings  # about the machine, such as a test that runs as root
    after = walk(made | {"jobs": True}, **gone)
    assert after["jobs"][0] >= 1  # its reaction still waits; that does not stop the worker
    for name, (status, text) in after.items():
        if name not in ("sent", "jobs"):
            assert status == (404 if name.endswith("/pebbles") else 200), name
            assert "pebble lies here" not in text
    lesson, quiz = f"/l/{made['lesson']}", f"/en/l/{made['lesson']}/quiz"
    assert "A pebble to put down" in after[f"someone /en{lesson}"][1]
    assert "Un caillou à poser" in after[f"someone /fr{lesson}"][1]
    shown = after[f"someone {quiz}"][1]
    assert "How many pebbles are here?" in shown
    assert "<li>● ● ●</li>" in shown
    assert "The question is not counted." in shown
    assert "<h1>1 of 1 is right</h1>" in after["sent"][1]
