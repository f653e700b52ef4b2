"""Invented people, to measure with: accounts that no passphrase opens."""

import secrets
from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from lms.core.accounts.models import Person
from lms.core.accounts.queries import handle_cell, handle_index
from lms.host.contributions import Seeder
from lms.host.security.current import hasher, keystore, vault
from lms.host.security.keystore import PASSPHRASE
from lms.host.security.passphrases import Verifier
from lms.host.seed import Seed, store

JOINED = (600, 1_000)
SEEN = 180
"""Days since the last visit, at most: people whom no visit dates are erased for years of absence while others are measured."""
FIRST_LANGUAGE = 0.5


def seed_people(session: Session, seed: Seed) -> str:
    """Make accounts. Hashing a passphrase for each would take minutes, so all share a verifier that nothing fits."""
    seed.people.extend(seed.uuid() for _ in range(seed.scale.learners))
    wraps = keystore().put_all(PASSPHRASE, {person_id: secrets.token_bytes(64) for person_id in seed.people})
    verifier = Verifier(secrets.token_bytes(16), str(hasher().cost), secrets.token_bytes(32))

    def rows() -> Iterator[dict[str, Any]]:
        for number, person_id in enumerate(seed.people, start=1):
            handle = f"example-{number}"
            yield {
                "id": person_id,
                "handle_index": handle_index(handle),
                "handle": vault().column_encrypt(handle.encode(), context=handle_cell(person_id)),
                "alias": seed.uuid(),
                "salt": verifier.salt,
                "params": verifier.params,
                "verifier": verifier.digest,
                "public_key": seed.random.randbytes(32),
                "key_wrap": wraps[person_id],
                "lang": seed.languages[0] if seed.chance(FIRST_LANGUAGE) else seed.random.choice(seed.languages),
                "created": seed.day(JOINED[1], JOINED[0]),
                "seen_on": seed.day(SEEN),
            }

    return f"{store(session, Person.__table__, rows()):,} people"


seeder = Seeder("accounts", seed_people, order=10)
