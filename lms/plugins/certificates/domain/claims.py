"""The signed record inside a certificate: what it says, and how anyone checks it without asking us (CERT-2)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey
    from joserfc.jws import FlattenedJSONSerialization

ALGORITHM = "Ed25519"
KIND = "certificate-1"
LIST_KIND = "withdrawn-1"

Form = Literal["full", "discreet"]


class ForgedError(ValueError):
    """The record was changed, or none of the known keys signed it."""


@dataclass(frozen=True)
class Module:
    """A module that a certificate covers.

    Args:
        title: full or neutral, like the certificate.
        lessons: how many it has.

    """

    title: str
    lessons: int


@dataclass(frozen=True)
class Claims:
    """What a certificate states. A discreet one leaves `course` and `release` empty: their names tell the subject.

    Args:
        issuer: the name of the site.
        form: whether titles are the full or the neutral ones.
        title: of the course, in `language`.
        course: permanent id of the course, or empty.
        release: which published version, or empty.
        modules: what was covered.
        hours: of study in all.
        month: when it was finished, as `2026-11`.
        language: of the paper.
        code: digest of the code on the paper, so that a record cannot be moved to another paper.
        name: as printed, or empty.

    """

    issuer: str
    form: Form
    title: str
    course: str
    release: str
    modules: tuple[Module, ...]
    hours: float
    month: str
    language: str
    code: str
    name: str = ""


def payload(claims: Claims) -> bytes:
    """Return the bytes that are signed: sorted, without what is empty."""
    held = {key: value for key, value in asdict(claims).items() if value not in ("", ())}
    return json.dumps({"kind": KIND, **held}, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sign(content: bytes, key: "OKPKey") -> bytes:
    """Return signed bytes as a JWS in flattened JSON; the same content and key give the same bytes (CERT-6)."""
    from joserfc import jws

    header: jws.HeaderDict = {"protected": {"alg": ALGORITHM, "kid": key.thumbprint()}}
    signed = jws.serialize_json(header, content, key, algorithms=[ALGORITHM])
    return json.dumps(signed, sort_keys=True, indent=1).encode() + b"\n"


def withdrawn_list(digests: Sequence[str], month: str) -> bytes:
    """Return the one list of withdrawn codes, fetched whole so that nobody learns which one is looked up (CERT-5)."""
    held = {"kind": LIST_KIND, "month": month, "codes": sorted(digests)}
    return json.dumps(held, sort_keys=True, separators=(",", ":")).encode()


def verify(record: bytes, keys: "Sequence[OKPKey]") -> Mapping[str, Any]:
    """Return what a record states, after checking its signature against the published keys.

    Raises:
        ForgedError: it is not one of ours, or was changed.

    """
    from joserfc import jws
    from joserfc.errors import JoseError

    flat = _flat(record)
    for key in keys:
        try:
            found = jws.deserialize_json(flat, key, algorithms=[ALGORITHM])
            stated = json.loads(found.payload or b"")
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        if isinstance(stated, dict) and stated.get("kind") == KIND:
            return stated
    raise ForgedError


def _flat(record: bytes) -> "FlattenedJSONSerialization":
    """Return the three parts of a record; nothing else reaches the library."""
    try:
        found = json.loads(record)
        parts = {name: found[name] for name in ("payload", "protected", "signature")}
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ForgedError from None
    if not all(isinstance(part, str) and part.isascii() for part in parts.values()):
        raise ForgedError
    return cast("FlattenedJSONSerialization", parts)
