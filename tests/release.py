"""Make a release: `python -m tests.release FOLDER [KEY]`. Nothing is sent anywhere.

FOLDER gets the wheel, the lock it is installed with, a bill of materials (CycloneDX), the checksums of these three and, with
KEY (an Ed25519 key in PEM that is not in the repository), their signature. The same sources give the same bytes on any
machine, so whoever doubts a release makes it again (SUP-3).
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.advisories import pins

ROOT = Path(__file__).parents[1]
SUMS, SIGNATURE = "SHA256SUMS", "SHA256SUMS.sig"
DAY_OF_ZIP = "315532800"  # the first day a zip file can hold: the day of building must not show


def build(folder: Path, root: Path = ROOT) -> Path:
    """Build the wheel of a checkout; return it."""
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder), "."]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": DAY_OF_ZIP}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    (wheel,) = folder.glob("*.whl")
    return wheel


def bill(name: str, version: str, locked: Mapping[str, str]) -> str:
    """Return the bill of materials: the product and every package that is installed with it."""
    parts = [
        {"type": "library", "name": one, "version": of, "purl": f"pkg:pypi/{one}@{of}"}
        for one, of in sorted(locked.items())
    ]
    product = {"type": "application", "name": name, "version": version}
    content = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1}
    return json.dumps({**content, "metadata": {"component": product}, "components": parts}, indent=1) + "\n"


def release(folder: Path, key: Ed25519PrivateKey | None, root: Path = ROOT) -> None:
    """Fill a folder with everything that belongs to a release."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    name, version = project["name"], project["version"]
    lock = (root / "requirements.lock").read_text("utf-8")
    build(folder, root)
    (folder / "requirements.lock").write_text(lock, "utf-8")
    (folder / f"{name}-{version}.cdx.json").write_text(bill(name, version, pins(lock)), "utf-8")
    sums = "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.iterdir())
        if not re.match(SUMS, path.name)
    )
    (folder / SUMS).write_text(sums, "utf-8")
    if key is not None:
        (folder / SIGNATURE).write_bytes(key.sign(sums.encode()))


def main(arguments: list[str]) -> int:
    """Make a release in an empty folder."""
    if len(arguments) not in {1, 2} or (Path(arguments[0]).exists() and any(Path(arguments[0]).iterdir())):
        sys.stderr.write("Say an empty folder, and the file of the key that signs.\n")
        return 2
    key = load_pem_private_key(Path(arguments[1]).read_bytes(), None) if arguments[1:] else None
    if key is not None and not isinstance(key, Ed25519PrivateKey):
        sys.stderr.write("The key must be an Ed25519 key.\n")
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    release(folder, key)
    sys.stdout.write("".join(f"{path}\n" for path in sorted(folder.iterdir())))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
