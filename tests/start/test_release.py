"""A release can be checked, and made again by whoever doubts it (SUP-3)."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests import release
from tests.advisories import pins
from tests.start.conftest import ROOT

pytestmark = [pytest.mark.packaging, pytest.mark.safety]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the checkout to another place, with other rights and days of files."""
    place = tmp_path_factory.mktemp("another checkout")
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, tracked.split("\0")):
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, place / name)
            (place / name).chmod(0o600)
            os.utime(place / name, (0, 1_700_000_000))
    return place


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, elsewhere: Path) -> Path:
    folder, key = tmp_path_factory.mktemp("release"), Ed25519PrivateKey.generate()
    release.release(folder, key, elsewhere)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder.parent / "release.pub").write_bytes(public)
    return folder


def said(folder: Path, *command: str) -> int:
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode


def is_whole(folder: Path) -> bool:
    """Check a release as the manual says."""
    verify = [
        "openssl",
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        "../release.pub",
        "-rawin",
        "-in",
        "SHA256SUMS",
        "-sigfile",
        "SHA256SUMS.sig",
    ]
    return said(folder, *verify) == 0 and said(folder, "sha256sum", "--strict", "-c", "SHA256SUMS") == 0


def test_sup_3_a_release_is_signed_and_names_everything_in_it(made: Path) -> None:
    """SUP-3: bill of materials, checksums and signature; planted: a byte changed in any file is found."""
    (sums,) = made.glob("SHA256SUMS")
    names = {path.name for path in made.iterdir()} - {"SHA256SUMS", "SHA256SUMS.sig"}
    assert {line.partition("  ")[2] for line in sums.read_text().splitlines()} == names
    (bill,) = made.glob("*.cdx.json")
    parts = json.loads(bill.read_text())["components"]
    assert {one["name"]: one["version"] for one in parts} == pins((ROOT / "requirements.lock").read_text())
    assert is_whole(made)
    for path in sorted(made.iterdir()):
        kept = path.read_bytes()
        path.write_bytes(kept[:-2] + bytes([kept[-2] ^ 1]) + kept[-1:])
        assert not is_whole(made), path.name
        path.write_bytes(kept)
    assert is_whole(made)


def test_sup_3_the_same_sources_give_the_same_bytes(made: Path, elsewhere: Path, tmp_path: Path) -> None:
    """SUP-3: built in another place, with other rights and days of files; planted: one changed letter is another wheel."""
    (wheel,) = made.glob("*.whl")
    again = tmp_path / "again"
    again.mkdir()
    touched = elsewhere / "lms" / "__init__.py"
    touched.chmod(0o644)
    os.utime(touched)
    moved = elsewhere.rename(tmp_path / "moved")
    assert release.build(again, moved).read_bytes() == wheel.read_bytes()
    planted = tmp_path / "planted"
    planted.mkdir()
    text = (moved / "lms" / "__init__.py").read_text()
    (moved / "lms" / "__init__.py").write_text(f"{text}\n# other")
    assert release.build(planted, moved).read_bytes() != wheel.read_bytes()


def test_sup_3_the_command_takes_an_empty_folder_and_a_fitting_key(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    """SUP-3: nothing old gets among the new."""
    (tmp_path / "old").touch()
    assert release.main([str(tmp_path)]) == release.main([]) == 2
    key = tmp_path / "key.pem"
    key.write_bytes(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    assert release.main([str(tmp_path), str(key)]) == 2
    assert "empty folder" in capsys.readouterr().err
