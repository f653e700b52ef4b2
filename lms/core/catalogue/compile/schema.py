"""What `course.yaml`, `module.yaml` and the front matter of a lesson may say."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

ID_PATTERN = r"^[A-Za-z][A-Za-z0-9-]*(\.[A-Za-z0-9-]+)*$"
SLUG_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
URL_PATTERN = r"^https?://[^\s<>\"]+$"


def _iso(value: Any) -> Any:
    if not isinstance(value, str):
        raise PydanticCustomError("date_iso", "not a date")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise PydanticCustomError("date_iso", "not a date") from error


def _one_line(value: str) -> str:
    if "\n" in value.strip():
        raise PydanticCustomError("one_line", "more than one line")
    return value


Day = Annotated[date, BeforeValidator(_iso)]
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=60)]
Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN, max_length=60)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_one_line)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


Who = Literal["trainer", "lived-experience", "lawyer", "clinician", "native-reader"]
Status = Literal["draft", "reviewed", "published", "expired"]


class Model(BaseModel):
    """Unknown keys are refused, so that a misspelt one is not silently lost; texts are never made from numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Outcome(Model):
    """What a person can do afterwards."""

    id: Id
    text: Line


class NoteOfContent(Model):
    """What is hard in a lesson: 0 nothing, 3 told in detail."""

    level: Annotated[int, Field(ge=0, le=3)]
    text: Annotated[str, Field(validate_default=True)] = ""

    @field_validator("text")
    @classmethod
    def _text_with_level(cls, value: str, info: Any) -> str:
        if info.data.get("level", 0) > 0 and not value.strip():
            raise PydanticCustomError("note_text", "no text")
        return value.strip()


class SourceEntry(Model):
    """A source of facts, and when somebody last looked at it."""

    key: Id
    title: Line
    publisher: str = ""
    url: Annotated[str, StringConstraints(pattern=URL_PATTERN)] | None = None
    used_for: str = ""
    checked: Day
    status: str = ""
    lang: str = ""


class Completion(Model):
    """When a course is complete."""

    pass_mark: Annotated[int, Field(ge=0, le=100)] = 80


class ReaderRow(Model):
    """Somebody who must read lessons before they can be relied on, and what has been read."""

    who: Who
    lang: str = ""
    lessons: Literal["all"] | list[Id] = "all"
    done: dict[str, Day] = {}


class CourseFile(Model):
    """`course.yaml`."""

    id: Slug
    title: Line
    discreet_title: Line
    summary: Prose
    pillar: Literal["digital", "physical", "wellbeing", "empowerment", "integrated"]
    level: Literal["foundation", "practice", "advanced"]
    hours: Annotated[float, Field(gt=0, le=500)]
    source_language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
    licence: Line
    requires: list[Slug] = []
    outcomes: list[Outcome] = []
    completion: Completion = Completion()
    moved: dict[str, str | None] = {}
    readers: list[ReaderRow] = []


class ModuleFile(Model):
    """`module.yaml`."""

    id: Id
    title: Line
    discreet_title: Line
    summary: Prose


class LessonFile(Model):
    """The front matter of `lesson.md`."""

    id: Id
    title: Line
    discreet_title: Line
    summary: Prose
    level: Literal["foundation", "practice", "advanced"]
    minutes: Annotated[int, Field(gt=0, le=240)]
    outcomes: Annotated[list[Outcome], Field(min_length=1)]
    content_note: NoteOfContent = NoteOfContent(level=0)
    requires: list[Id] = []
    glossary: list[str] = []
    workbook: list[str] = []
    cards: list[str] = []
    sources: list[SourceEntry] = []
    status: Status
    reviewed: str | None = None
    review_due: Day
    ageing: Literal["A", "B", "C"]
    translation_notes: list[str] = []


class TrainerFile(Model):
    """The front matter of `trainer.md`: notes for whoever holds a lesson, or a module, in a room."""

    minutes: Annotated[int, Field(gt=0, le=480)]
    people: Line
    materials: list[Line] = []
    status: Status
    reviewed: str | None = None
    review_due: Day
