"""Tables of groups. A member is known here by an alias, never by the handle they sign in with (settled 22)."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from lms import lazy_gettext as L_
from lms.host.db import Base, about


class Cohort(Base):
    """A group in one course, with its own days. The organisation is named by id only: that plugin stands on this one."""

    __tablename__ = "cohorts_cohort"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(String(80))
    course_id: Mapped[str] = mapped_column(ForeignKey("catalogue_course.id", ondelete="CASCADE"))
    plan_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("learning_plan.id", ondelete="CASCADE"))
    lang: Mapped[str] = mapped_column(String(16))
    starts: Mapped[date]
    ends: Mapped[date]
    offsets: Mapped[dict[str, Any]] = mapped_column(JSON)
    organisation_id: Mapped[UUID | None] = mapped_column(index=True)

    __table_args__ = (
        CheckConstraint("ends >= starts", name="days"),
        {
            "info": about(
                data_class="C2",
                purpose=L_("Lets people move through a course together, by days from a start that may shift."),
                lifetime=L_("Until its last day; the day after, it forgets its members."),
                erase=L_("Holds nobody’s data by itself."),
            )
        },
    )


class Member(Base):
    """A person in a group. `lines_on`: since when its guides may enter their answer lines, as they asked them to."""

    __tablename__ = "cohorts_member"

    cohort_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("cohorts_cohort.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(String(12))
    alias: Mapped[str] = mapped_column(String(64))
    organisation_id: Mapped[UUID | None]
    joined: Mapped[date]
    example: Mapped[bool] = mapped_column(default=False)
    lines_on: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("cohort_id", "alias"),
        CheckConstraint("role IN ('learner', 'facilitator')", name="role"),
        Index("ix_cohorts_member_person", "person_id"),
        Index("ix_cohorts_member_organisation", "organisation_id"),
        {
            "info": about(
                data_class="C2",
                purpose=L_(
                    "Says who moves with a group, under which alias, which organisation gave the place, and since when "
                    "the people who guide it may enter answer lines for the person."
                ),
                lifetime=L_("Until the person leaves the group, or its last day."),
                erase=L_("Deleted with the person."),
                seen=L_(
                    "The people who guide your group see the name you have in it; the others of the group too, if you agreed to it."
                ),
                person="person_id",
            )
        },
    )
