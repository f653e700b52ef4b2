"""What answers tell about a question: how hard it is, whether it tells strong from weak, which options are chosen.

The counts know no person and no time. Of each person and version of a question they hold the first graded answer only, so
that their number is one of people. `band` is the third that the rest of the attempt, without this question, belongs to:
what a question has in common with the rest is then never its own score (corrected item-total correlation).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from lms.host.statistics.rules import ALL, HIDDEN, SPLIT, Counted, Shown, grain, measure, people, share, split

ASKED, RIGHT, CHOSE, STRONG = "asked", "right", "chose ", "strong "
BANDS = ("low", "middle", "high")
HIGH = BANDS[-1]
EVERY = ""  # subject of the row of all languages together
LOW_MARK, HIGH_MARK = 50, 80
BANK = "bank"  # begins the version of a question that several quizzes may use

Counts = Mapping[tuple[str, str], int]
"""(band, part) -> how often; parts are `asked`, `right` and `chose <option>`."""


def name_of(quiz: str, version: str) -> str:
    """Return the name under which a version is counted: one that several quizzes use, in each of them by itself.

    Somebody may answer it in two quizzes, and would count twice in one number.
    """
    return f"{quiz}/{version}" if version.startswith(f"{BANK}/") else version


def band(percent: Fraction | int) -> str:
    """Return which third of results an attempt belongs to."""
    return BANDS[(percent >= LOW_MARK) + (percent >= HIGH_MARK)]


def band_of_rest(total: Fraction, asked: int, own: Fraction) -> str:
    """Return the third that an attempt belongs to without one of its questions; the middle if there is no other.

    Args:
        total: of all scores, each from 0 to 1.
        asked: how many questions they are of.
        own: score of the one that is left out.

    """
    return band((total - own) * ALL / (asked - 1)) if asked > 1 else BANDS[1]


def counted(question: str, by_language: Mapping[str, Counts], least: int) -> list[Counted]:
    """Return what may be shown of one version of a question: of everybody, and of languages with enough people.

    Languages with fewer stand together, or in no number at all (STAT-1).
    """
    parts = split({lang: _sum(counts, ASKED) for lang, counts in by_language.items()}, max(least, SPLIT))
    shown = [*parts.rows, *parts.together]
    rows = [_row(question, EVERY, merged(by_language[lang] for lang in shown), least)]
    if len(parts.rows) + bool(parts.together) > 1:
        rows += [_row(question, lang, by_language[lang], least) for lang in parts.rows]
    return rows


def merged(several: Iterable[Counts]) -> Counts:
    """Add counts up."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for counts in several:
        for key, number in counts.items():
            found[key] += number
    return found


def _row(question: str, subject: str, counts: Counts, least: int) -> Counted:
    asked, strong = _sum(counts, ASKED), counts.get((HIGH, ASKED), 0)
    options = sorted({part for _, part in counts if part.startswith(CHOSE)})
    figures = {
        "people": people(asked, max(least, SPLIT)),
        "facility": share(_sum(counts, RIGHT), asked, least),
        "discrimination": _discrimination(counts, least),
        "strong": people(strong, max(least, SPLIT)),
        **{part: share(_sum(counts, part), asked, least) for part in options},
        **{STRONG + part.removeprefix(CHOSE): share(counts.get((HIGH, part), 0), strong, least) for part in options},
    }
    return Counted(question, subject, figures, people=asked, step=SPLIT)


def _sum(counts: Counts, part: str) -> int:
    return sum(counts.get((name, part), 0) for name in BANDS)


def _discrimination(counts: Counts, least: int) -> Shown:
    """Return the correlation of a right answer with the third of the rest, in hundredths; hidden where all are alike."""
    asked = [counts.get((name, ASKED), 0) for name in BANDS]
    right = [counts.get((name, RIGHT), 0) for name in BANDS]
    n, k = sum(asked), sum(right)
    thirds = sum(place * number for place, number in enumerate(asked))
    spread = n * sum(place * place * number for place, number in enumerate(asked)) - thirds * thirds
    if not spread or not k or k == n:
        return HIDDEN
    together = n * sum(place * number for place, number in enumerate(right)) - thirds * k
    return measure(ALL * together / sqrt(spread * (n * k - k * k)), n, least)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something an author should look at, and the option or the two languages that it is about."""

    kind: str
    option: str = ""
    lang: str = ""
    other: str = ""


FEW, FEW_RIGHT, MOST_RIGHT, CLEAR_GAP, MANY = 10, 35, 95, 20, 25


def chosen(figures: Mapping[str, Shown], option: str, *, strong: bool = False) -> Shown:
    """Return how many chose an option, in percent, of all or of the strong; one that nobody ever chose has no count."""
    group, part = ("strong", STRONG) if strong else ("people", CHOSE)
    nobody = HIDDEN if figures.get(group, HIDDEN) == HIDDEN else Shown(0)
    return figures.get(part + option, nobody)


def remarks(figures: Mapping[str, Shown], right: Mapping[str, bool]) -> list[Remark]:
    """Return what the shown figures of a question say, of themselves and for certain: each may be half a step off.

    Args:
        figures: of everybody, as they are shown.
        right: option → whether it is right; empty for kinds without options.

    """
    found = []
    for option, good in right.items():
        low, _ = _range(chosen(figures, option, strong=True), figures, "strong")
        if not good and low >= ALL / 2:
            found.append(Remark("key", option))
        _, high = _range(chosen(figures, option), figures, "people")
        if not good and high <= FEW and len(right) > 2:
            found.append(Remark("idle", option))
    low, high = _range(figures.get("facility", HIDDEN), figures, "people")
    if high <= FEW_RIGHT:
        found.append(Remark("hard"))
    if low >= MOST_RIGHT:
        found.append(Remark("easy"))
    separates = figures.get("discrimination", HIDDEN).value
    if separates is not None and separates <= 0 and _value(figures, "people") >= MANY:
        found.append(Remark("flat"))
    return found


def language_remarks(by_language: Mapping[str, Mapping[str, Shown]]) -> list[Remark]:
    """Return the languages in which a question is clearly harder than where it is easiest."""
    ranges = {lang: _range(figures.get("facility", HIDDEN), figures, "people") for lang, figures in by_language.items()}
    known = {lang: ends for lang, ends in ranges.items() if ends != NOWHERE}
    easiest = max(known, key=lambda lang: known[lang], default="")
    return [
        Remark("language", lang=lang, other=easiest)
        for lang, (_, high) in known.items()
        if known[easiest][0] - high >= CLEAR_GAP
    ]


NOWHERE = (-1.0, 101.0)


def _range(share_of: Shown, figures: Mapping[str, Shown], group: str) -> tuple[float, float]:
    """Return between which two shares the true one lies; nowhere in particular if it is hidden."""
    number = _value(figures, group)
    if share_of.value is None or not number:
        return NOWHERE
    half = grain(number) / 2
    return share_of.value - half, share_of.value + half


def _value(figures: Mapping[str, Shown], name: str) -> int:
    return figures.get(name, HIDDEN).value or 0
