"""`start.py test`: what it runs, what it skips, and that a failure anywhere is a failure of the whole."""

import pytest

from tests.start.conftest import Checkout

CHECKER = "tests/tools/node_modules/vnu-jar/build/dist/vnu.jar"
GROUPS = ("browser", "postgres", "poppler", "html")


@pytest.fixture
def bare(checkout: Checkout) -> Checkout:
    """No test tool can be found, whatever this machine has."""
    text = (checkout.root / "tests/run.py").read_text()
    (checkout.root / "tests/run.py").write_text(text.replace("/usr/lib/postgresql", "/nowhere"))
    return checkout


@pytest.fixture
def equipped(checkout: Checkout) -> Checkout:
    for name in ("bin/chromium", "bin/initdb", "bin/pdftotext", "bin/java", CHECKER):
        checkout.program(name, "#!/bin/sh\n")
    return checkout


def test_everything_runs_and_pytest_has_the_last_word(equipped: Checkout) -> None:
    done = equipped.run("test", CI="true")
    assert done.returncode == 0, done.stdout + done.stderr
    tools = [call.split()[0] for call in equipped.calls]
    assert tools == [*["python"] * 4, "ruff", "ruff", "mypy", "lint-imports", "deptry", "python"]
    assert equipped.calls[-1] == "python -m pytest -m not deep -n 2 -q"
    assert done.stdout.strip().endswith("=== 3 passed ===")
    assert equipped.stamps == {".veer-serve", ".veer-test"}


def test_a_failing_check_fails_the_whole(equipped: Checkout) -> None:
    (equipped.root / "mypy-fails").write_text("")
    done = equipped.run("test")
    assert done.returncode == 1
    assert "failed: types" in done.stdout.splitlines()[-1]
    assert any("-m pytest" in call for call in equipped.calls)  # the rest still runs: all findings at once


def test_a_failing_test_fails_the_whole(equipped: Checkout) -> None:
    (equipped.root / "pytest-code").write_text("1")
    assert equipped.run("test").returncode == 1


def test_absent_tools_are_named_and_their_groups_skipped(bare: Checkout) -> None:
    done = bare.run("test")
    assert done.returncode == 0, done.stdout
    skipped = next(line for line in done.stdout.splitlines() if line.startswith("Skipped groups"))
    for group in GROUPS:
        assert group in skipped
        assert f"not {group}" in bare.calls[-1]
    assert "sudo apt-get install chromium" in skipped


def test_in_ci_nothing_is_skipped(bare: Checkout) -> None:
    done = bare.run("test", CI="true")
    assert done.returncode == 1
    assert "In CI no test may be skipped" in done.stderr
    assert not any("-m pytest" in call for call in bare.calls)


def test_the_html_checker_is_fetched_by_its_lock(equipped: Checkout) -> None:
    (equipped.root / CHECKER).unlink()
    npm = f'#!/bin/sh\necho "npm $*" >> "{equipped.root}/calls"\ntouch "{equipped.root}/{CHECKER}"\n'
    equipped.program("bin/npm", npm)
    equipped.program("bin/touch", "#!/bin/sh\n: > $1\n")
    done = equipped.run("test", CI="true")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"npm ci --prefix {equipped.root}/tests/tools --ignore-scripts" in equipped.calls


def test_arguments_go_to_pytest_alone(equipped: Checkout) -> None:
    done = equipped.run("test", "tests/start", "-x")
    assert done.returncode == 0
    assert equipped.calls[-1] == "python -m pytest -m not deep tests/start -x"
    assert not any(call.startswith("ruff") for call in equipped.calls)


def test_deep_runs_the_long_versions(equipped: Checkout) -> None:
    assert equipped.run("deep").returncode == 0
    assert "-m deep --timeout=7200" in equipped.calls[-1]
