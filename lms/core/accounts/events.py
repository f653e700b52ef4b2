"""Facts about people that other packages may react to."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PersonJoined:
    """Somebody opened an account."""

    person_id: UUID
    lang: str


@dataclass(frozen=True, slots=True)
class RolesChanged:
    """A role was given to a person or taken back."""

    person_id: UUID


@dataclass(frozen=True, slots=True)
class KeyReplaced:
    """A person has a new key pair: what was sealed to the old one stays closed for ever (ENC-6)."""

    person_id: UUID
