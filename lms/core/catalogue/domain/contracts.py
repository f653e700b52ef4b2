"""The two extension points of the catalogue: what may stand in a lesson, and what may stand beside one."""

from abc import abstractmethod
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from lms.core.catalogue.domain.problems import Lines, Path, Problem, Severity, Text
from lms.core.catalogue.domain.segments import Direction, Translate
from lms.host.contributions import Contribution
from lms.host.seed import Seed

Level = Literal["lesson", "module"]


@dataclass(frozen=True, slots=True)
class ActivityContext:
    """What an activity's file may be checked against.

    Args:
        file: path inside the course folder.
        owner: permanent id of the lesson or module it stands beside.
        level: `lesson` or `module`.
        outcomes: ids that items may name: the lesson's own ("o1"), or, beside a module, those of all its lessons
            ("HS-1.1 o1").
        lines: where each key stands.
        lang: source language of the course; empty while that cannot be read.

    """

    file: str
    owner: str
    level: Level
    outcomes: frozenset[str] = frozenset()
    lines: Lines = field(default_factory=Lines)
    lang: str = ""

    def problem(
        self,
        code: str,
        message: Text,
        mend: Text,
        *,
        at: Path = (),
        severity: Severity = "error",
        **values: object,
    ) -> Problem:
        """Return a problem at the line of `at`, a path of keys and indices such as `("items", 0, "prompt")`."""
        return Problem(self.file, self.lines.at(at), code, message, mend, severity, values)


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A picture of a course as it is kept: written anew, so that nothing but the picture is left.

    Args:
        name: stands in its address (`catalogue.picture`); another picture has another one.
        width: in pixels, like `height`.
        height: in pixels.
        bytes: what it weighs.

    """

    name: str
    width: int
    height: int
    bytes: int


@dataclass(frozen=True)
class Medium:
    """A picture ready to be kept; its name is the hash of its bytes."""

    name: str
    data: bytes
    width: int
    height: int

    @property
    def address(self) -> str:
        return f"media/{self.name}"

    @property
    def kept(self) -> KeptPicture:
        return KeptPicture(self.name, self.width, self.height, len(self.data))


@dataclass(frozen=True)
class ActivityType(Contribution):
    """A kind of activity written in a file of its own: `quiz.yaml` in a lesson, `check.yaml` in a module.

    The catalogue reads the file with the strict YAML loader (plain dates stay strings), makes sure that it is a mapping
    with a permanent `id` and a `title`, and then calls the methods. `data` is always what the file holds.

    Args:
        key: the kind, stored with every compiled activity.
        filename: the file that holds one.
        level: the folder in which it stands.

    """

    key: str
    filename: str
    level: Level

    @abstractmethod
    def check(self, data: Mapping[str, Any], ctx: ActivityContext) -> list[Problem]:
        """Return everything that is wrong, at once; one error keeps the release from being published."""

    @abstractmethod
    def segments(self, data: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """Yield (kind, text) of each text to translate, `("title", …)` and `("intro", …)` among them.

        The kind names an item by its permanent id ("q1 prompt", "q1 a feedback"), never by position. Texts are plain:
        Markdown is not read in them. Must not raise on data that `check` refuses.
        """

    @abstractmethod
    def compile(
        self, data: Mapping[str, Any], translate: Translate, pictures: Mapping[str, KeptPicture]
    ) -> dict[str, Any]:
        """Return the activity in one language, as JSON; called only with data that passed `check`.

        `translate(kind, text)` gives `Words`; `Words.as_json()` carries `lang` and `dir` where a text falls back.
        `pictures` are those of the folder by the address that an author writes; all that `pictures()` names are there.
        """

    def pictures(self, data: Mapping[str, Any]) -> Iterable[tuple[Path, str]]:
        """Yield where the file names a picture, and which (`media/map.png`); the catalogue says what is wrong with it.

        Must not raise on data that `check` refuses.
        """
        return ()

    def lends(self, data: Mapping[str, Any], lang: str) -> Iterable[Medium]:
        """Yield the pictures it shows that lie somewhere else than in the folder; the release keeps them.

        `lang` is the language of the course. Called only with data that passed `check`.
        """
        return ()

    def rests_on(self) -> Callable[[], Hashable] | None:
        """Return what gives the state of everything that `check` and `compile` look at besides the file.

        Another state means that the file must be checked again. Kinds that give the same function are asked once.
        """
        return None

    def offline(self) -> "ActivityType":
        """Return the kind as it checks files where there is no database: it names what cannot be looked up there."""
        return self

    def ids(self, data: Mapping[str, Any]) -> Iterable[str]:
        """Yield the permanent ids inside the file; one that vanishes needs a line in `moved:`."""
        return ()

    def links(self, data: Mapping[str, Any]) -> Mapping[str, str]:
        """Return what a block of the lesson may lead to by `ref`: id → address below the lesson's own."""
        return {}

    def summary(self, data: Mapping[str, Any]) -> dict[str, int | str | bool]:
        """Return facts for outlines that are the same in each language: number of questions, pass mark …"""
        return {}

    def example(self, owner: str, outcomes: Sequence[str], seed: Seed) -> Mapping[str, Any] | None:
        """Return the data of an invented activity for a generated course (`lms seed`); None for none.

        Args:
            owner: permanent id of the lesson or module it stands beside; its own id begins with this one.
            outcomes: ids that items may name.
            seed: where chance comes from.

        """
        return None


@dataclass(frozen=True, slots=True)
class BlockSource:
    """One `:::name{attrs}` block of a lesson, its inside already compiled for one language.

    Args:
        name: the block's name in the file.
        attrs: its attributes, checked against `BlockType.attributes`.
        anchor: an id that is unique in the page and says nothing of the subject.
        lead: HTML of the bold text that opened the block, taken out of `html` to serve as heading; may be empty.
        html: the inside.
        lang: language being compiled.
        dir: its direction.

    """

    name: str
    attrs: Mapping[str, str]
    anchor: str
    lead: str
    html: str
    lang: str
    dir: Direction


@dataclass(frozen=True, slots=True)
class CompiledBlock:
    """Static HTML, and what `BlockType.render` needs later when the block depends on the person."""

    html: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class BlockType(Contribution):
    """A `:::key{…}` block of lessons.

    Args:
        key: the name written in lessons.
        attributes: names of allowed attributes and whether each must be there.
        personal: `render` is called per request with the person's state; otherwise the compiled HTML is served as it is.

    """

    key: str
    attributes: Mapping[str, bool] = field(default_factory=dict)
    personal: bool = False

    def check(self, attrs: Mapping[str, str], ctx: ActivityContext) -> list[Problem]:
        """Return what is wrong with the values of the attributes; names are checked by the catalogue."""
        return []

    @abstractmethod
    def compile(self, source: BlockSource) -> CompiledBlock:
        """Return the block for one language; its HTML goes through the sanitiser afterwards.

        Labels come from gettext: the language being compiled is the current one.
        """

    def render(self, data: Mapping[str, Any], state: object) -> str:
        """Return the HTML for one person (sanitised afterwards); the static HTML stands where this is not called."""
        raise NotImplementedError
