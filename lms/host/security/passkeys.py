"""Passkeys: what a browser is asked, and whether its answer is right (ACC-7, WebAuthn level 2).

User verification is always required, so a passkey is something a person has and something only they can do. Keys are
bound to one host name: the ones of the clear net and of the onion service are different keys.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

# The library takes a quarter of a second to load; most processes never see a passkey, so it comes with the first one.
MILLISECONDS = 120_000
_STUMBLES = (ValueError, TypeError, KeyError, IndexError, AttributeError, struct.error)


class Refused(Exception):  # noqa: N818 - an answer
    """The answer of a browser is not right; why is not told."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands.

    Args:
        host: name without port, which keys are bound to.
        origin: scheme, name and port, as the browser states it.

    """

    host: str
    origin: str

    @property
    def usable(self) -> bool:
        """Whether browsers make keys here: not for bare addresses."""
        try:
            ip_address(self.host.strip("[]"))
        except ValueError:
            return True
        return False


def place(scheme: str, host: str) -> Place:
    """Return the place of a request; its host name has been checked against the settings (NET-6)."""
    bare = host if host.endswith("]") else host.rpartition(":")[0] or host
    return Place(bare.lower(), f"{scheme}://{host.lower()}")


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey, as far as the server keeps it."""

    credential: bytes
    public_key: bytes
    counter: int


def ask_for_new(
    where: Place, challenge: bytes, *, product: str, user: bytes, label: str, known: Iterable[bytes]
) -> dict[str, Any]:
    """Return what a browser needs to make a passkey.

    Args:
        where: the host it will belong to.
        challenge: random, for this one answer.
        product: name of the site.
        user: opaque id of the person, which the key gives back.
        label: what the person calls it; no name of theirs is put into the key.
        known: credentials they have here already.

    """
    import webauthn
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = webauthn.generate_registration_options(
        rp_id=where.host,
        rp_name=product,
        user_id=user,
        user_name=label,
        challenge=challenge,
        timeout=MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(known),
    )
    return options_to_json_dict(options)


def check_new(where: Place, challenge: bytes, answer: str) -> Made:
    """Check what a browser made.

    Raises:
        Refused: not for this host and origin, not this challenge, or the person was not verified.

    """
    import webauthn

    try:
        found = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=where.host,
            expected_origin=where.origin,
            require_user_verification=True,
        )
    except _unreadable() as error:
        raise Refused from error
    return Made(found.credential_id, found.credential_public_key, found.sign_count)


def ask_for_use(where: Place, challenge: bytes, known: Iterable[bytes] = ()) -> dict[str, Any]:
    """Return what a browser needs to use a passkey; without `known` the person picks one, and no name is needed."""
    import webauthn
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import UserVerificationRequirement

    options = webauthn.generate_authentication_options(
        rp_id=where.host,
        challenge=challenge,
        timeout=MILLISECONDS,
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def credential_of(answer: str) -> bytes | None:
    """Return which passkey an answer says it comes from."""
    from webauthn.helpers import parse_authentication_credential_json

    try:
        return parse_authentication_credential_json(answer).raw_id
    except _unreadable():
        return None


def check_use(where: Place, challenge: bytes, answer: str, *, public_key: bytes, counter: int) -> int:
    """Check the answer of a passkey and return its new counter.

    Raises:
        Refused: as `check_new`; or a counter that did not rise, which a copied key would send.

    """
    import webauthn

    try:
        found = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=where.host,
            expected_origin=where.origin,
            credential_public_key=public_key,
            credential_current_sign_count=counter,
            require_user_verification=True,
        )
    except _unreadable() as error:
        raise Refused from error
    return found.new_sign_count


def _unreadable() -> tuple[type[Exception], ...]:
    """Whatever a stranger sends is refused, also where the library stumbles over it."""
    from webauthn.helpers.exceptions import WebAuthnException

    return (WebAuthnException, *_STUMBLES)


def _described(credentials: Iterable[bytes]) -> "list[PublicKeyCredentialDescriptor]":
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=credential) for credential in credentials]
