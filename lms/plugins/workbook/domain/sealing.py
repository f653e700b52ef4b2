"""How one thing is sealed: a data key of its own, bound to its place, hidden in length (ENC-4, ENC-5, ENC-10).

The notebook has a key pair of its own, so that it can be destroyed without the account (RET-7): its public key lies in the
clear, its private key in the key store, sealed to the person. Writing needs the public key only.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lms.host.security.sealed import cell, decrypt, encrypt, pad, seal, unpad, unseal

KEY_BYTES = 32
Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed thing belongs; it opens nowhere else. The notebook is the version of the key."""

    person_id: UUID
    notebook_id: UUID
    item_id: UUID

    def cell(self, column: str) -> str:
        """Name one column of it."""
        return cell("C3", "workbook_item", column, self.item_id, f"{self.person_id} {self.notebook_id}")


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is stored of a thing: its data key, sealed to the notebook, and its body under the data key."""

    data_key: bytes
    body: bytes


def notebook_cell(notebook_id: UUID, person_id: UUID) -> str:
    """Name the place of a notebook's private key."""
    return cell("C4", "keys_wrapped", "notebook", notebook_id, person_id)


def written(content: Content) -> bytes:
    """Return the bytes that will be sealed; their number is what is limited."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def close(public_key: bytes, content: Content, place: Place) -> Sealed:
    """Seal a thing.

    Raises:
        ValueError: longer than 64 KiB.

    """
    data_key = secrets.token_bytes(KEY_BYTES)
    body = encrypt(data_key, pad(written(content)), context=place.cell("body"))
    return Sealed(seal(public_key, data_key, context=place.cell("data_key")), body)


def reopen(private_key: bytes, sealed: Sealed, place: Place) -> dict[str, Any]:
    """Open it again.

    Raises:
        CannotOpen: another key, another place, or changed.

    """
    data_key = unseal(private_key, sealed.data_key, context=place.cell("data_key"))
    opened: dict[str, Any] = json.loads(unpad(decrypt(data_key, sealed.body, context=place.cell("body"))))
    return opened
