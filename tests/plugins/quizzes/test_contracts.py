"""What a question type of a plugin must not do is said before anything is served."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import pytest
from pydantic import Field

from lms.host.plugin import Host, Plugin, StartupError
from lms.host.startup import check_contributions
from lms.plugins.quizzes.domain.source import ItemSource
from lms.plugins.quizzes.domain.types.truefalse import TrueFalse
from tests.plugins.quizzes.samples import TYPES


class PinSource(ItemSource):
    type: Literal["pin"]
    prompt: str = ""
    pin: str


class PictureSource(PinSource):
    picture: str  # type: ignore[assignment]


class SeveralSource(PinSource):
    pool: int  # type: ignore[assignment]
    told: Annotated[str, Field(alias="outcome")]
    type: Literal["needle"]  # type: ignore[assignment]


@dataclass(frozen=True)
class Pin(TrueFalse):
    key: str = "pin"
    source: ClassVar[type[Any]] = PinSource


@dataclass(frozen=True)
class PicturePin(Pin):
    source: ClassVar[type[Any]] = PictureSource


@dataclass(frozen=True)
class SeveralPin(Pin):
    source: ClassVar[type[Any]] = SeveralSource


def host(*kinds):
    return Host([Plugin("wiki", "lms.plugins.quizzes", "Wiki", contributions=kinds)])


def test_a_site_does_not_start_with_a_type_that_takes_a_field_of_every_question():
    check_contributions(host(*TYPES.values(), Pin()))
    with pytest.raises(StartupError) as refused:
        check_contributions(host(PicturePin()))
    assert str(refused.value) == (
        "The plugin 'wiki': its question type 'pin' has a field 'picture', which every question has: give it another name."
    )
    with pytest.raises(StartupError) as refused:
        check_contributions(host(SeveralPin()))
    assert [line.split("field ")[1].split(",")[0] for line in str(refused.value).splitlines()] == [
        "'type'",
        "'pool'",
        "'outcome'",
    ]
