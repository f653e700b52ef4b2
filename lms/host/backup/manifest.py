"""What stands in `manifest.json`: what is inside, how much of it, and made by which site. No host names, no hours."""

import hmac
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from lms.host.backup import BackupError
from lms.host.backup.archive import Part
from lms.host.backup.facts import Facts
from lms.host.security.ring import Ring
from lms.host.security.sealed import Vault

FORMAT = 1
DATA = "data"
KEYS = "keys"


@dataclass(frozen=True)
class Manifest:
    """The last member of an archive, understood.

    Args:
        kind: `data` or `keys`.
        day: when it was made.
        backend: sqlite or postgresql.
        facts: rows of each table, versions.
        parts: every other member.
        keys: versions of the site's secret that its columns are encrypted with; a rotation ends them (ENC-11).
        seal: digest that only the site's secret yields; tells a backup of this site from one that somebody else made
            for the same recipients, and a wrong `secret.key` before it is too late.

    """

    kind: str
    day: date
    backend: str
    facts: Facts
    parts: tuple[Part, ...]
    keys: tuple[int, ...] = ()
    seal: str = ""

    def values(self) -> dict[str, Any]:
        """Return it as JSON takes it, without the seal."""
        return {
            "format": FORMAT,
            "kind": self.kind,
            "day": self.day.isoformat(),
            "backend": self.backend,
            "rows": self.facts.rows,
            "versions": self.facts.versions,
            "keys": list(self.keys),
            "parts": [asdict(part) for part in self.parts],
        }

    def sealed(self, secret: bytes) -> dict[str, Any]:
        """Return it with its seal."""
        return self.values() | {"seal": self._seal(secret)}

    def is_by(self, secret: bytes) -> bool:
        """Whether it was made by the site with this secret."""
        return hmac.compare_digest(self.seal, self._seal(secret))

    def opens_with(self, secret: bytes) -> bool:
        """Whether this secret still has every key that the backup needs."""
        return set(self.keys) <= {version for version, _key in Ring.read(secret).keys}

    def require(self, parts: Iterable[Part]) -> None:
        """Compare what was found with what was packed.

        Raises:
            BackupError: a member is missing, too many, or not the same.

        """
        found = list(parts)
        if found != list(self.parts):
            wrong = next((part.name for part, own in zip(found, self.parts, strict=False) if part != own), "its end")
            raise BackupError(f"The backup is not what its manifest says: see {wrong}.")

    def _seal(self, secret: bytes) -> str:
        text = json.dumps(self.values(), sort_keys=True)
        return Vault(secret).mac(text, purpose="backup").hex()


def read(text: bytes) -> Manifest:
    """Understand a manifest.

    Raises:
        BackupError: it is none, or of a newer program.

    """
    try:
        values = json.loads(text)
        if values["format"] != FORMAT:
            raise BackupError("This backup was made by a newer version: restore it with that one.")
        return Manifest(
            values["kind"],
            date.fromisoformat(values["day"]),
            values["backend"],
            Facts(values["rows"], values["versions"]),
            tuple(Part(**part) for part in values["parts"]),
            tuple(values["keys"]),
            values["seal"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError("The backup has no manifest that can be read.") from error
