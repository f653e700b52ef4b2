"""A check for known weaknesses that could not look fails (SUP-2); what is pinned is pinned with hashes (SUP-1)."""

import json
from datetime import date

import pytest

from tests import advisories
from tests.advisories import CLEAN, FOUND, NO_DATA

pytestmark = pytest.mark.safety
TODAY = date(2026, 11, 22)
LOCKED = {"flask": "3.1.3", "nh3": "0.3.2"}
OTHER = {"id": "A-1", "package": "flask", "versions": ["3.0.0"]}


def run(tmp_path, given):
    path = tmp_path / "advisories.json"
    path.write_text(given if isinstance(given, str) else json.dumps(given))
    return advisories.check(path, LOCKED, TODAY)


def test_sup_2_without_data_the_check_fails(tmp_path):
    """SUP-2: no file, no JSON, no advisory, old data, data of tomorrow: never a pass."""
    assert advisories.check(tmp_path / "nothing.json", LOCKED, TODAY)[0] == NO_DATA
    assert advisories.main([]) == advisories.main([str(tmp_path / "nothing.json")]) == NO_DATA
    for given in (
        "",
        "[]",
        {"advisories": [OTHER]},
        {"made": "2026-11-20", "advisories": []},
        {"made": "2026-10-20", "advisories": [OTHER]},
        {"made": "2026-11-23", "advisories": [OTHER]},
        {"made": "2026-11-20", "advisories": [{"id": "A-1"}]},
    ):
        assert run(tmp_path, given)[0] == NO_DATA, given


def test_sup_2_a_pinned_weakness_is_found_whatever_its_spelling(tmp_path):
    """SUP-2: planted: an advisory for a version that is pinned; without it the check passes and says what it looked at."""
    status, said = run(tmp_path, {"made": "2026-11-20", "advisories": [OTHER]})
    assert status == CLEAN
    assert "1 advisories of 2026-11-20" in said[0]
    hit = {"id": "A-2", "package": "NH3", "versions": ["0.3.2"], "fixed": "0.3.3"}
    assert run(tmp_path, {"made": "2026-11-20", "advisories": [OTHER, hit]}) == (
        FOUND,
        ["nh3 0.3.2: A-2, mended in 0.3.3"],
    )


def test_sup_1_every_package_of_the_lock_is_read(tmp_path):
    """SUP-1: each pin has hashes; a line without one (planted) is found."""
    text = advisories.LOCK.read_text()
    assert len(advisories.pins(text)) > 20
    assert unhashed(text) == []
    assert unhashed("flask==3.1.3\nnh3==0.3 \\\n    --hash=sha256:ab\n") == ["flask"]


def unhashed(text):
    blocks = text.replace("\\\n", " ").splitlines()
    return [
        advisories.PIN.match(line)[1] for line in blocks if advisories.PIN.match(line) and "--hash=sha256:" not in line
    ]
