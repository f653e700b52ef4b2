"""Which columns of accounts are under the keys that the site can change (ENC-11)."""

from lms.core.accounts.models import Copy, CopyPart, Passkey, Person, Reset, SignIn, Totp
from lms.core.accounts.queries import factors, handle_cell, sign_ins
from lms.core.accounts.queries.data import part_cell
from lms.host.contributions import Encrypted, Indexed

encrypted = (
    Encrypted("accounts_person.handle", Person.__table__.c.handle, lambda row: handle_cell(row.id)),
    Encrypted(
        "accounts_signin.label", SignIn.__table__.c.label, lambda row: sign_ins.label_cell(row.id, row.person_id)
    ),
    Encrypted("accounts_totp.seed", Totp.__table__.c.seed, lambda row: factors.seed_cell(row.person_id)),
    Encrypted(
        "accounts_passkey.label", Passkey.__table__.c.label, lambda row: factors.label_cell(row.id, row.person_id)
    ),
    Encrypted(
        "accounts_copy_part.content",
        CopyPart.__table__.c.content,
        lambda row: part_cell(row.copy_id, row.key, row.person_id),
        owner=Copy.__table__.c.person_id,
        joined=Copy.__table__.c.id == CopyPart.__table__.c.copy_id,
    ),
)
indexed = (
    Indexed("accounts_person.handle_index", Person.__table__.c.handle_index),
    Indexed("accounts_person.outside_index", Person.__table__.c.outside_index),
    Indexed("accounts_person.verifier", Person.__table__.c.verifier),
    Indexed("accounts_reset.asked", Reset.__table__.c.asked),
)
