import os
import stat
from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.host.security import ring, sealed
from lms.host.security.keystore import PASSPHRASE, SHEET, KeyStore, wrap_context
from lms.host.security.ring import UnsafeSecret
from lms.host.security.sealed import CannotOpen, Vault, cell, seal, unseal


@pytest.fixture
def vault():
    return Vault(bytes(range(32)))


def test_ops_1_the_secret_file_is_private_and_kept(tmp_path):
    path = tmp_path / "secret.key"
    before = os.umask(0)
    try:
        made = ring.create_secret(path)
    finally:
        os.umask(before)
    assert len(made) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ring.create_secret(path) == made


@pytest.mark.parametrize("fault", ["short", "open", "missing"])
def test_ops_1_an_unsafe_secret_file_is_refused(tmp_path, fault):
    path = tmp_path / "secret.key"
    if fault != "missing":
        path.write_bytes(bytes(16 if fault == "short" else 32))
        path.chmod(0o640 if fault == "open" else 0o600)
    with pytest.raises(UnsafeSecret, match=r"secret\.key"):
        ring.load_secret(path)


def test_subkeys_differ_by_purpose_and_secret(vault):
    other = Vault(bytes(32))
    keys = [vault.pepper, vault.subkey("column"), vault.subkey("form"), other.pepper]
    keys += [vault.mac("a", purpose="x"), vault.mac("a", purpose="y"), vault.blind_index("a", context="x")]
    assert len(set(keys)) == len(keys)
    assert all(len(key) == 32 for key in keys)
    assert vault.mac("a", purpose="x") == vault.mac(b"a", purpose="x")


PLACES = [
    cell("C2", "accounts_person", "handle", "row 1", "owner 1"),
    cell("C4", "accounts_person", "handle", "row 1", "owner 1"),
    cell("C2", "accounts_other", "handle", "row 1", "owner 1"),
    cell("C2", "accounts_person", "name", "row 1", "owner 1"),
    cell("C2", "accounts_person", "handle", "row 2", "owner 1"),
    cell("C2", "accounts_person", "handle", "row 1", "owner 2"),
    cell("C2", "accounts_person", "handle", "row 1owner", "1"),
]


def test_enc_4_a_value_opens_in_its_own_cell_only(vault):
    assert len(set(PLACES)) == len(PLACES)
    for place in PLACES:
        box = vault.column_encrypt(b"amber-heron", context=place)
        assert b"amber" not in box
        for other in PLACES:
            if other == place:
                assert vault.column_decrypt(box, context=other) == b"amber-heron"
            else:
                with pytest.raises(CannotOpen):
                    vault.column_decrypt(box, context=other)


def test_enc_4_changed_cut_and_foreign_bytes_do_not_open(vault):
    box = vault.column_encrypt(b"amber-heron", context="here")
    for place in range(len(box)):
        changed = box[:place] + bytes([box[place] ^ 1]) + box[place + 1 :]
        with pytest.raises(CannotOpen):
            vault.column_decrypt(changed, context="here")
        with pytest.raises(CannotOpen):
            vault.column_decrypt(box[:place], context="here")
    with pytest.raises(CannotOpen):
        Vault(bytes(32)).column_decrypt(box, context="here")


def test_one_value_twice_gives_two_ciphertexts(vault):
    assert vault.column_encrypt(b"a", context="c") != vault.column_encrypt(b"a", context="c")


def test_forms_carry_sealed_values_and_refuse_anything_else(vault):
    sent = vault.seal_form("قطة 42".encode(), context="join")
    assert vault.open_form(sent, context="join").decode() == "قطة 42"
    for wrong in ("", "é", "AAAA", sent[:-4], sent + "=", sent.swapcase(), sent.replace("A", "!")):
        if wrong == sent:
            continue
        with pytest.raises(CannotOpen):
            vault.open_form(wrong, context="join")
    with pytest.raises(CannotOpen):
        vault.open_form(sent, context="recover")


def test_enc_5_sealing_needs_the_public_key_only():
    private, public = sealed.new_pair()
    box = seal(public, b"late answer", context="here")
    assert unseal(private, box, context="here") == b"late answer"
    stranger, _ = sealed.new_pair()
    with pytest.raises(CannotOpen):
        unseal(stranger, box, context="here")
    with pytest.raises(CannotOpen):
        unseal(private, box, context="there")
    with pytest.raises(CannotOpen):
        unseal(private, bytes(32) + box[32:], context="here")
    with pytest.raises(CannotOpen):
        unseal(private, b"", context="here")


def test_private_key_opens_by_passphrase_key_sheet_and_token_alike(vault):
    private, _ = sealed.new_pair()
    sheet = sealed.sheet_key(bytes(16), vault.pepper)
    assert sheet != sealed.sheet_key(bytes(16), bytes(32))
    for key in (sheet, sealed.token_key("t"), bytes(32)):
        assert sealed.decrypt(key, sealed.encrypt(key, private, context="w"), context="w") == private
    with pytest.raises(CannotOpen):
        sealed.decrypt(sealed.token_key("u"), sealed.encrypt(sealed.token_key("t"), private, context="w"), context="w")


def test_keystore_is_a_private_file_of_its_own(tmp_path):
    path = tmp_path / "keys.db"
    store = KeyStore.on_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    person, other = uuid4(), uuid4()
    first = store.put(person, PASSPHRASE, b"one")
    second = store.put(person, SHEET, b"two")
    assert store.get(first, person, PASSPHRASE) == b"one"
    assert store.get(first, other, PASSPHRASE) is None
    assert store.get(first, person, SHEET) is None
    assert KeyStore.on_file(path).get(second, person, SHEET) == b"two"
    store.drop([first])
    assert store.get(first, person, PASSPHRASE) is None
    assert store.get(second, person, SHEET) == b"two"


def test_ret_4_an_erased_key_is_gone_from_the_file(tmp_path):
    path = tmp_path / "keys.db"
    store = KeyStore.on_file(path)
    person = uuid4()
    store.put(person, PASSPHRASE, b"wrapped canary")
    assert b"wrapped canary" in path.read_bytes()
    store.destroy_all(person)
    assert b"wrapped canary" not in path.read_bytes()


def test_keys_of_packages_outlive_a_new_passphrase_and_go_with_the_person(tmp_path):
    """ENC-6, RET-4, RET-7: a new passphrase touches the account's keys only; erasing takes all of them."""
    store = KeyStore.on_file(tmp_path / "keys.db")
    person, other = uuid4(), uuid4()
    kept = store.put(person, PASSPHRASE, b"mine")
    note, foreign = store.put(person, "notebook", b"note"), store.put(other, "notebook", b"foreign")
    store.drop([store.put(person, PASSPHRASE, b"old")])
    assert store.sweep({kept}, before=date.max) == 0
    assert store.get(note, person, "notebook") == b"note"
    store.destroy(person, "notebook")
    assert store.get(note, person, "notebook") is None
    assert store.get(kept, person, PASSPHRASE) == b"mine"
    again = store.put(person, "notebook", b"again")
    store.destroy_all(person)
    assert store.get(kept, person, PASSPHRASE) is store.get(again, person, "notebook") is None
    assert store.get(foreign, other, "notebook") == b"foreign"
    assert store.sweep(set(), before=date.max, kinds=("notebook",)) == 1


# ---------------------------------------------------------------- how long a text was
LENGTHS = (0, 1, 1019, 1020, 1021, 4092, 4093, 16380, 16381, 65531, 65532)


def shown_lengths(filled):
    key = bytes(32)
    return {len(sealed.encrypt(key, filled(bytes(length)), context="x")) for length in LENGTHS}


@pytest.mark.safety
def test_enc_10_a_ciphertext_has_one_of_four_lengths():
    """ENC-10: 1, 4, 16 or 64 KiB and what the cipher adds, whatever the text."""
    added = len(sealed.encrypt(bytes(32), b"", context="x"))
    assert shown_lengths(sealed.pad) == {added + kib * 1024 for kib in (1, 4, 16, 64)}
    with pytest.raises(ValueError, match="65532"):
        sealed.pad(bytes(65533))


@pytest.mark.safety
def test_enc_10_planted_a_ciphertext_without_padding_is_seen():
    """ENC-10: the measure above tells a text that was not filled up."""
    assert len(shown_lengths(bytes)) == len(LENGTHS)


@pytest.mark.safety
@given(st.binary(max_size=70_000))
def test_enc_10_what_was_filled_up_comes_back(value):
    """ENC-10: for any text that fits; a longer one is refused rather than cut."""
    if len(value) > sealed.MOST_PADDED:
        with pytest.raises(ValueError, match="bytes"):
            sealed.pad(value)
    else:
        assert sealed.unpad(sealed.pad(value)) == value
        assert len(sealed.pad(value)) in sealed.STEPS


def test_sweep_takes_only_old_rows_nobody_points_to(tmp_path, monkeypatch):
    store = KeyStore.on_file(tmp_path / "keys.db")
    person = uuid4()
    monkeypatch.setattr("lms.host.clock.today", lambda: date(2026, 1, 1))
    used, lost = store.put(person, PASSPHRASE, b"used"), store.put(person, PASSPHRASE, b"lost")
    monkeypatch.setattr("lms.host.clock.today", lambda: date(2026, 1, 3))
    young = store.put(person, PASSPHRASE, b"young")
    assert store.sweep({used}, before=date(2026, 1, 2)) == 1
    assert store.get(lost, person, PASSPHRASE) is None
    assert store.get(used, person, PASSPHRASE)
    assert store.get(young, person, PASSPHRASE)


def test_wrap_contexts_differ():
    person = uuid4()
    assert len({wrap_context(PASSPHRASE, person), wrap_context(SHEET, person), wrap_context(SHEET, uuid4())}) == 3
