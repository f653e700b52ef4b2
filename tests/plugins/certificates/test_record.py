"""The signed record: who made it, and whether a letter of it was changed (CERT-2)."""

import base64
import json
import stat
import threading
from dataclasses import replace

import pytest
from joserfc.jwk import OKPKey

from lms.plugins.certificates.domain import claims, keys

CLAIMS = claims.Claims(
    issuer="Veer",
    form="full",
    title="العمل بالمصباح",
    course="lantern",
    release="1",
    modules=(claims.Module("Oil and wick", 2),),
    hours=2.5,
    month="2026-11",
    language="ar",
    code="ab" * 32,
    name="أمينة",
)


@pytest.fixture
def key(tmp_path):
    return keys.load(tmp_path)


def test_a_record_states_what_was_signed(key):
    stated = claims.verify(claims.sign(claims.payload(CLAIMS), key), [key])
    assert stated["title"] == "العمل بالمصباح"
    assert stated["modules"] == [{"title": "Oil and wick", "lessons": 2}]
    assert stated["kind"] == claims.KIND


def test_the_same_claims_give_the_same_bytes(key):
    assert claims.sign(claims.payload(CLAIMS), key) == claims.sign(claims.payload(CLAIMS), key)


@pytest.mark.parametrize("change", [{"name": "Anna"}, {"hours": 25.0}, {"month": "2026-12"}, {"code": "cd" * 32}])
def test_a_changed_claim_is_noticed(key, change):
    signed = json.loads(claims.sign(claims.payload(CLAIMS), key))
    other = base64.urlsafe_b64encode(claims.payload(replace(CLAIMS, **change))).rstrip(b"=").decode()
    with pytest.raises(claims.ForgedError):
        claims.verify(json.dumps({**signed, "payload": other}).encode(), [key])


def test_every_single_changed_byte_of_the_signature_is_noticed(key):
    signed = json.loads(claims.sign(claims.payload(CLAIMS), key))
    for place in range(0, len(signed["signature"]) - 1, 5):
        letter = "A" if signed["signature"][place] != "A" else "B"
        changed = signed["signature"][:place] + letter + signed["signature"][place + 1 :]
        with pytest.raises(claims.ForgedError):
            claims.verify(json.dumps({**signed, "signature": changed}).encode(), [key])


@pytest.mark.parametrize("record", [b"", b"{}", b"[]", b"null", b'{"payload": 1}', b"\xff", b"{" * 5000])
def test_rubbish_is_no_record(key, record):
    with pytest.raises(claims.ForgedError):
        claims.verify(record, [key])


def test_another_key_and_no_signature_are_refused(key):
    record = claims.sign(claims.payload(CLAIMS), OKPKey.generate_key("Ed25519"))
    with pytest.raises(claims.ForgedError):
        claims.verify(record, [key])
    body = base64.urlsafe_b64encode(claims.payload(CLAIMS)).rstrip(b"=").decode()
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    with pytest.raises(claims.ForgedError):
        claims.verify(json.dumps({"payload": body, "protected": none, "signature": ""}).encode(), [key])


def test_the_list_of_withdrawn_codes_is_not_taken_for_a_certificate(key):
    with pytest.raises(claims.ForgedError):
        claims.verify(claims.sign(claims.withdrawn_list(["ab"], "2026-11"), key), [key])


def test_the_key_is_private_and_made_once(tmp_path):
    """OPS-2, and sixteen first starts at once agree on one key."""
    made = []
    threads = [threading.Thread(target=lambda: made.append(keys.load(tmp_path).thumbprint())) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 16
    assert len(set(made)) == 1
    path = tmp_path / keys.NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not keys.exposed(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == [keys.NAME]
    path.chmod(0o644)
    assert keys.exposed(tmp_path)


def test_the_public_half_holds_no_secret(tmp_path):
    shown = keys.public(tmp_path)
    assert set(shown) == {"kty", "crv", "x", "kid"}
