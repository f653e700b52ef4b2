"""Skipping in CI fails the run, except for want of the corpora."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.start.conftest import ROOT

BODIES = {
    "passes": "def test_it(): pass",
    "skips": "import pytest\ndef test_it(): pytest.skip('no chromium')",
    "module": "import pytest\npytest.skip('no chromium', allow_module_level=True)",
    "corpora": "import pytest\ndef test_it(): pytest.skip('VEER_CORPORA is not set')",
}


@pytest.mark.parametrize(
    ("body", "ci", "code"),
    [
        ("passes", "true", 0),
        ("skips", "true", 1),
        ("skips", "", 0),
        ("skips", "false", 0),
        ("module", "true", 1),
        ("corpora", "true", 0),
    ],
)
def test_skips(tmp_path: Path, body: str, ci: str, code: int) -> None:
    (tmp_path / "test_other.py").write_text("def test_other(): pass\n")
    (tmp_path / "test_it.py").write_text(BODIES[body] + "\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.ci", "-p", "no:randomly", str(tmp_path)]
    done = subprocess.run(
        command, cwd=tmp_path, env={"CI": ci, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout
    assert ("In CI no test may be skipped" in done.stdout) == bool(code)
