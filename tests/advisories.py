"""Are there known weaknesses in what requirements.lock pins? `python tests/advisories.py FILE`.

FILE holds advisories in JSON: {"made": "2026-11-20", "advisories": [{"id": …, "package": …, "versions": [exact versions that
are affected], "fixed": …}]}. Who releases makes it from a database of advisories; this program asks no network. A check
that has no data, or data older than 30 days, fails: nothing found is only an answer when somebody has looked (SUP-2).
"""

import json
import re
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements.lock"
OLDEST_DAYS = 30
CLEAN, FOUND, NO_DATA = 0, 1, 2
PIN = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(text: str) -> dict[str, str]:
    """Return version by package of a lock file."""
    return {canonical(name): version for name, version in PIN.findall(text)}


def check(data: Path, locked: Mapping[str, str], today: date) -> tuple[int, list[str]]:
    """Return the exit status and what to say."""
    try:
        given = json.loads(data.read_text("utf-8"))
        made = date.fromisoformat(given["made"])
        advisories = [
            (one["id"], canonical(one["package"]), set(one["versions"]), one.get("fixed", ""))
            for one in given["advisories"]
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return NO_DATA, [f"No advisories could be read, so nothing was checked: {type(error).__name__}"]
    if not advisories:
        return NO_DATA, ["The file holds no advisory at all, so nothing was checked."]
    if not 0 <= (today - made).days <= OLDEST_DAYS:
        return NO_DATA, [f"The advisories are of {made}: too old, or of a day to come."]
    if not locked:
        return NO_DATA, ["No pinned package was found in the lock file."]
    hits = [
        f"{name} {locked[name]}: {number}{f', mended in {fixed}' if fixed else ''}"
        for number, name, versions, fixed in advisories
        if locked.get(name) in versions
    ]
    return (
        (FOUND, hits)
        if hits
        else (CLEAN, [f"{len(locked)} packages, {len(advisories)} advisories of {made}: none fits."])
    )


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("Say which file holds the advisories.\n")
        return NO_DATA
    status, lines = check(Path(arguments[0]), pins(LOCK.read_text("utf-8")), datetime.now(UTC).date())
    sys.stdout.write("\n".join(lines) + "\n")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
