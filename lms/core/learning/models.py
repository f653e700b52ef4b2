"""Tables of what people do with courses. Content is named by its permanent ids; times are days."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, SmallInteger, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from lms import lazy_gettext as L_
from lms.host.db import Base, Utc, about

UNTIL_ERASED = L_("Until the person erases the account or leaves the course.")
WITH_PERSON = L_("Deleted with the person.")
STARTED, DONE = 1, 2


class Plan(Base):
    """When the content of a course opens and is due: for a cohort, or for one person's own pace."""

    __tablename__ = "learning_plan"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    course_id: Mapped[str] = mapped_column(ForeignKey("catalogue_course.id", ondelete="CASCADE"))

    __table_args__ = (
        {
            "info": about(
                data_class="C2",
                purpose=L_("Lets a group move together, or a person set their own pace."),
                lifetime=L_("As long as an enrolment uses it."),
                erase=L_("Holds nobody’s data by itself."),
            )
        },
    )


class PlanDate(Base):
    """When one lesson opens and is due within a plan."""

    __tablename__ = "learning_date"

    plan_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("learning_plan.id", ondelete="CASCADE"), primary_key=True)
    lesson_id: Mapped[str] = mapped_column(String, primary_key=True)
    opens_at: Mapped[datetime | None] = mapped_column(Utc)
    due_at: Mapped[datetime | None] = mapped_column(Utc)

    __table_args__ = (
        {
            "info": about(
                data_class="C2",
                purpose=L_("Says when a lesson opens; no other code decides that."),
                lifetime=L_("As long as its plan."),
                erase=L_("Holds nobody’s data by itself."),
            )
        },
    )


class PlanWindow(Base):
    """Between which moments one activity may be taken within a plan, and whether what was right is told only then."""

    __tablename__ = "learning_window"

    plan_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("learning_plan.id", ondelete="CASCADE"), primary_key=True)
    activity_id: Mapped[str] = mapped_column(String, primary_key=True)
    opens_at: Mapped[datetime | None] = mapped_column(Utc)
    closes_at: Mapped[datetime | None] = mapped_column(Utc)
    tells_after: Mapped[bool]

    __table_args__ = (
        CheckConstraint("closes_at IS NOT NULL OR NOT tells_after", name="tells"),
        {
            "info": about(
                data_class="C2",
                purpose=L_("Says when a group’s check opens and closes, and when what was right is told."),
                lifetime=L_("As long as its plan."),
                erase=L_("Holds nobody’s data by itself."),
            )
        },
    )


class Enrolment(Base):
    """A person in a course; one row whatever the way in, so that nothing is counted twice (CON-1)."""

    __tablename__ = "learning_enrolment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"))
    course_id: Mapped[str] = mapped_column(ForeignKey("catalogue_course.id", ondelete="CASCADE"))
    release_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("catalogue_release.id"))
    plan_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("learning_plan.id", ondelete="SET NULL"), index=True)
    resume: Mapped[str] = mapped_column(String)
    last_on: Mapped[date]
    completed_on: Mapped[date | None]
    share_organisation: Mapped[str] = mapped_column(String(12), default="none")
    share_facilitators: Mapped[str] = mapped_column(String(12), default="none")
    share_cohort: Mapped[str] = mapped_column(String(12), default="none")

    __table_args__ = (
        UniqueConstraint("person_id", "course_id"),
        {
            "info": about(
                data_class="C2",
                purpose=L_("Keeps a person’s place in a course and what they agreed to show."),
                lifetime=UNTIL_ERASED,
                erase=WITH_PERSON,
                seen=L_("The people of your group and your organisation, as far as you agreed to it."),
                person="person_id",
            )
        },
    )


class LessonState(Base):
    """How far a person is with a lesson. Reading writes nothing; only what they press does."""

    __tablename__ = "learning_lesson"

    enrolment_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("learning_enrolment.id", ondelete="CASCADE"), primary_key=True
    )
    lesson_id: Mapped[str] = mapped_column(String, primary_key=True)
    state: Mapped[int] = mapped_column(SmallInteger)
    day: Mapped[date]

    __table_args__ = (
        CheckConstraint(f"state IN ({STARTED}, {DONE})", name="state"),
        {
            "info": about(
                data_class="C2",
                purpose=L_("Shows a person what they have done and where to go on."),
                lifetime=UNTIL_ERASED,
                erase=WITH_PERSON,
                seen=L_("The people who guide your group, if you agreed to it."),
                person="enrolment_id",
            )
        },
    )


class ActivityState(Base):
    """The best result of an activity, and which must-know items were right at least once."""

    __tablename__ = "learning_activity"

    enrolment_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("learning_enrolment.id", ondelete="CASCADE"), primary_key=True
    )
    activity_id: Mapped[str] = mapped_column(String, primary_key=True)
    best: Mapped[int | None] = mapped_column(SmallInteger)
    passed: Mapped[bool]
    known: Mapped[list[str]] = mapped_column(JSON)
    day: Mapped[date]

    __table_args__ = (
        {
            "info": about(
                data_class="C2",
                purpose=L_("Decides whether a module check is passed; the best result counts."),
                lifetime=UNTIL_ERASED,
                erase=WITH_PERSON,
                seen=L_("Your organisation as part of an average of five people or more, if you agreed to it."),
                person="enrolment_id",
            )
        },
    )


class Consent(Base):
    """What a person agreed to show to whom, from which day on; rows are only ever added."""

    __tablename__ = "learning_consent"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"), index=True)
    enrolment_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("learning_enrolment.id", ondelete="CASCADE"), index=True
    )
    audience: Mapped[str] = mapped_column(String(12))
    level: Mapped[str] = mapped_column(String(12))
    text_version: Mapped[int] = mapped_column(SmallInteger)
    day: Mapped[date]

    __table_args__ = (
        CheckConstraint("audience IN ('organisation', 'facilitators', 'cohort')", name="audience"),
        CheckConstraint("level IN ('none', 'taking_part', 'completion', 'progress', 'score')", name="level"),
        {
            "info": about(
                data_class="C2",
                purpose=L_("Proves what was agreed to, in which wording and when."),
                lifetime=UNTIL_ERASED,
                erase=WITH_PERSON,
                person="person_id",
            )
        },
    )
