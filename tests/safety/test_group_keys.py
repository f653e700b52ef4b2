"""Nothing is sealed to a group (ENC-8): where several people hold one key, whoever leaves must not open what follows."""

import pytest
from sqlalchemy import Column, ForeignKey, LargeBinary, MetaData, Table, Uuid

from lms.host.db import Base, about

pytestmark = pytest.mark.safety
SHARED = ("cohort", "organisation")


def sealed_to_several(metadata):
    """Return sealed columns of tables that are nobody's own, or that belong to a group or an organisation."""
    found = []
    for table in metadata.tables.values():
        declared = table.info
        sealed = [
            column for column in table.columns if (column.info.get("data_class") or declared["data_class"]) == "C3"
        ]
        shared = any(word in key.target_fullname for key in table.foreign_keys for word in SHARED)
        if not declared["person"] or shared:
            found += [f"{table.name}.{column.name}" for column in sealed]
    return found


def test_enc_8_nothing_is_sealed_to_a_group(site):
    """ENC-8: every sealed column is in a table of one person's own; with the first that is not, keys must turn."""
    assert any(
        column.info.get("data_class") == "C3" for table in Base.metadata.tables.values() for column in table.columns
    )
    assert sealed_to_several(Base.metadata) == []


def test_enc_8_planted_letters_to_a_group_are_found():
    """ENC-8, planted faults: a sealed column beside a group, and one in a table that is nobody's."""
    planted = MetaData()
    Table("cohorts_cohort", planted, Column("id", Uuid, primary_key=True), info=about_nobody("C2"))
    letter = Column("letter", LargeBinary, info={"data_class": "C3"})
    Table(
        "posts",
        planted,
        Column("c", Uuid, ForeignKey("cohorts_cohort.id")),
        letter,
        info=about_nobody("C2", "person_id"),
    )
    Table("notes", planted, Column("text", LargeBinary), info=about_nobody("C3"))
    assert sealed_to_several(planted) == ["posts.letter", "notes.text"]


def about_nobody(data_class, person=None):
    return about(data_class=data_class, purpose="p", lifetime="l", erase="e", person=person)
