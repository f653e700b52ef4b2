"""The key that signs certificates: a file of its own, so that it outlives a change of the operator secret."""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey

NAME = "certificates.key"


def load(folder: Path) -> "OKPKey":
    """Return the site's signing key; the first call makes it, readable by its owner only (OPS-2).

    Whoever comes first wins: the file appears whole or not at all, so two processes never sign with two keys.
    """
    from joserfc.jwk import OKPKey

    path = folder / NAME
    if not path.exists():
        _make(path)
    return OKPKey.import_key(path.read_bytes())


def public(folder: Path) -> dict[str, str]:
    """Return the public half as a JWK with its thumbprint."""
    key = load(folder)
    return {**{name: str(value) for name, value in key.as_dict(private=False).items()}, "kid": key.thumbprint()}


def exposed(folder: Path) -> bool:
    """Whether others than the owner can read the file."""
    path = folder / NAME
    return path.exists() and bool(path.stat().st_mode & 0o077)


def _make(path: Path) -> None:
    from joserfc.jwk import OKPKey

    descriptor, part = tempfile.mkstemp(dir=path.parent, prefix=".certificates-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(OKPKey.generate_key("Ed25519").as_pem(private=True))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)
        except FileExistsError:
            return
    finally:
        Path(part).unlink()
