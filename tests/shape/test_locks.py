"""What is installed: pinned, hashed, few, reasoned, and from nowhere in particular (SUP-1)."""

import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.shape.tree import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")
MOST_DIRECT = 25
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", re.MULTILINE)
ADDRESS = re.compile(r"://|--(?:extra-)?index-url|--find-links|--trusted-host|\bgit\+")


def faults(lock: str) -> list[str]:
    """Return lines with an address, and packages without a pin or a hash."""
    found = [f"address: {line.strip()}" for line in lock.splitlines() if ADDRESS.search(line)]
    for entry in re.split(r"\n(?=\S)", lock.strip()):
        name = entry.split("\n", 1)[0].rstrip(" \\")
        if not PINNED.match(entry):
            found.append(f"not pinned: {name}")
        elif "--hash=sha256:" not in entry:
            found.append(f"no hash: {name}")
    return found


def pins(name: str) -> dict[str, str]:
    return {canonicalize_name(found): version for found, version in PINNED.findall((ROOT / name).read_text())}


def project() -> dict[str, list[str]]:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups: dict[str, list[str]] = table["dependency-groups"]
    return {"run": table["project"]["dependencies"], **table["project"]["optional-dependencies"], **groups}


@pytest.mark.parametrize("name", LOCKS)
def test_locks_are_pinned_hashed_and_without_addresses(name: str) -> None:
    assert faults((ROOT / name).read_text()) == []


def test_the_lock_of_the_html_checker_has_hashes_and_no_addresses() -> None:
    text = (ROOT / "tests/tools/package-lock.json").read_text()
    assert not ADDRESS.search(text)
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert packages
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())


def test_planted_faults_in_a_lock_are_found() -> None:
    good = "flask==3.1.3 \\\n    --hash=sha256:00\nnh3==0.3.8 ; python_version > '3' \\\n    --hash=sha256:11\n"
    assert faults(good) == []
    assert faults("--index-url https://pypi.example/simple\n" + good) != []
    assert faults(good + "pillow==13.0.0\n") == ["no hash: pillow==13.0.0"]
    assert faults(good + "pillow>=13 \\\n    --hash=sha256:22\n") == ["not pinned: pillow>=13"]
    assert faults(good + "x @ https://example.org/x.whl \\\n    --hash=sha256:22\n") != []


def test_the_lock_meets_what_the_project_asks_for() -> None:
    """Somebody who edits pyproject.toml alone is told so here, not on a fresh machine."""
    runtime, dev = pins(LOCKS[0]), pins(LOCKS[1])
    groups = project()
    wanted = {(name, LOCKS[1]) for group in groups.values() for name in group}
    wanted |= {(name, LOCKS[0]) for name in groups["run"] + groups["build"]}
    for text, lock in sorted(wanted):
        requirement = Requirement(text)
        version = (runtime if lock == LOCKS[0] else dev).get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not in {lock}"
        assert requirement.specifier.contains(version), f"{lock} has {requirement.name} {version}"


def test_serving_and_testing_use_the_same_versions() -> None:
    """`start.py` counts the test environment as good for serving too."""
    dev = pins(LOCKS[1])
    assert {name: dev.get(name) for name in pins(LOCKS[0])} == pins(LOCKS[0])


def test_direct_dependencies_are_few_and_each_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    block = text.split("\ndependencies = [\n", 1)[1].split("\n]", 1)[0].splitlines()
    assert len(block) == len(project()["run"]) <= MOST_DIRECT
    assert [line for line in block if not re.search(r'",\s+# \S.{10,}', line)] == []


def test_files_that_hold_addresses_are_not_kept() -> None:
    ignored = (ROOT / ".gitignore").read_text().split()
    assert {"uv.lock", "pylock.toml", "node_modules/"} <= set(ignored)
