"""Invented questions with answers, and the laws that every type keeps."""

from decimal import Decimal

from hypothesis import strategies as st

from tests.plugins.quizzes.samples import MAKERS, TYPES, filled, option, question_of, right_answer, turn

seeds = st.text("0123456789abcdef", min_size=1, max_size=32)
names = st.lists(st.sampled_from([f"n{n}" for n in range(30)]), min_size=3, max_size=8, unique=True)
scripts = st.sampled_from(["Élan vital", "SIM card", "كلمة السر", "می‌روم", "ёлка", "密码", "မြန်မာ", "१२", "straße"])
KINDS = (*MAKERS, "branching")


@st.composite
def items(draw, kinds=tuple(MAKERS)):
    """The item of a course file, of one of these kinds."""
    kind = draw(st.sampled_from(kinds))
    found = draw(names)
    return ITEMS[kind](draw, found)


def single(draw, found):
    right = draw(st.sampled_from(found))
    return MAKERS["single"](options=[option(name, correct=name == right) for name in found])


def multiple(draw, found):
    right = set(draw(st.lists(st.sampled_from(found), min_size=1)))
    points = {"each_right": draw(st.integers(1, 10)), "each_wrong": draw(st.integers(-10, 0))}
    return MAKERS["multiple"](options=[option(name, correct=name in right) for name in found], scoring=points)


def truefalse(draw, found):
    return MAKERS["truefalse"](answer=draw(st.booleans()))


def ordering(draw, found):
    also = draw(st.lists(st.permutations(found), max_size=2))
    steps = [{"id": name, "text": f"Step {name}"} for name in found]
    return MAKERS["ordering"](steps=steps, accept_also=also, scoring={"pairs": draw(st.booleans())})


def matching(draw, found):
    rights = [draw(st.sampled_from(["R1", "R2", "R3"])) for _ in found]
    pairs = [{"id": name, "left": f"L {name}", "right": right} for name, right in zip(found, rights, strict=True)]
    return MAKERS["matching"](pairs=pairs, extra_right=[{"id": "x1", "text": "X1"}, {"id": "x2", "text": "X2"}])


def numeric(draw, found):
    number = st.decimals(-1000, 1000, places=2)
    return MAKERS["numeric"](answer=draw(number), tolerance=abs(draw(number)))


def gaps(count):
    return " and ".join(f"{{{number}}}" for number in range(1, count + 1))


def cloze(draw, found):
    bank = [f"word {name}" for name in found]
    count = draw(st.integers(1, 5))
    answers = {str(number): draw(st.sampled_from(bank)) for number in range(1, count + 1)}
    return MAKERS["cloze"](text=gaps(count), bank=bank, answers=answers)


def typed(draw, found):
    count = draw(st.integers(1, 4))
    answers = {str(number): draw(st.lists(scripts, min_size=1, max_size=3)) for number in range(1, count + 1)}
    return MAKERS["typed"](text=gaps(count), answers=answers)


def short(draw, found):
    return MAKERS["short"](accept=draw(st.lists(scripts, min_size=1, max_size=4)))


def branching(draw, found):
    """A story that goes on from node to node, with two choices at least to each next one."""
    from tests.plugins.quizzes.samples import branching as make

    places = [*found[:5], "last"]
    nodes = [{"id": "last", "end": True, "text": "The end."}]
    for place, name in enumerate(places[:-1]):
        later = places[place + 1 :]
        ways = [later[0], later[0], *draw(st.lists(st.sampled_from(later), max_size=3))]
        points = [draw(st.integers(0, 3)) for _ in ways]
        told = [turn(letter, point, way) for letter, point, way in zip("abcde"[: len(ways)], points, ways, strict=True)]
        nodes.append({"id": name, "text": f"Node {name}.", "choices": told})
    return make(start=places[0], nodes=nodes, scoring={"max_per_node": 3, "good_enough": 0.5})


MADE = (single, multiple, truefalse, ordering, matching, numeric, cloze, typed, short, branching)
ITEMS = {make.__name__: make for make in MADE}


@st.composite
def answered(draw, kinds=tuple(MAKERS)):
    """A compiled question with any answer that its form could give."""
    question = question_of(draw(items(kinds)))
    return question, draw(answers(question))


@st.composite
def answers(draw, question):
    body = question.body
    match question.type:
        case "single":
            return draw(st.sampled_from([row["id"] for row in body["options"]]))
        case "multiple":
            ids = [row["id"] for row in body["options"]]
            return sorted(draw(st.lists(st.sampled_from(ids), min_size=1, unique=True)))
        case "truefalse":
            return draw(st.booleans())
        case "ordering":
            return list(draw(st.permutations([row["id"] for row in body["steps"]])))
        case "matching":
            rights = st.sampled_from([row["id"] for row in body["rights"]])
            return {pair["id"]: draw(rights) for pair in body["pairs"]}
        case "cloze":
            words = st.sampled_from([word["id"] for word in body["words"]]) if body["words"] else scripts
            return {gap["id"]: draw(words) for gap in body["gaps"]}
        case "short":
            return draw(scripts)
        case "branching":
            return draw(ways(body))
        case _:
            return str(draw(st.decimals(-2000, 2000, places=1)))


@st.composite
def ways(draw, body):
    way, name = [], body["start"]
    while body["nodes"][name]["choices"]:
        choice = draw(st.sampled_from(body["nodes"][name]["choices"]))
        way.append(choice["id"])
        name = choice["next"]
    return way


@st.composite
def mended(draw, question, answer):
    """An answer that is the same but for one thing, which is better."""
    right = right_answer(question)
    match question.type:
        case "multiple":
            wrong = sorted({*answer} ^ {*right})
            return sorted({*answer} ^ {draw(st.sampled_from(wrong))}) if wrong else answer
        case "matching" | "cloze":
            row = draw(st.sampled_from(sorted(answer)))
            return {**answer, row: right[row]}
        case "branching":
            return draw(better_way(question.body, answer))
        case "numeric":
            key = Decimal(question.body["answer"])
            return str(key + (Decimal(answer) - key) * draw(st.sampled_from([Decimal(0), Decimal("0.5")])))
        case _:
            return right


@st.composite
def better_way(draw, body, way):
    """At one step, a choice that leads to the same place for at least as many points."""
    step = draw(st.integers(0, len(way) - 1))
    name = body["start"]
    for taken in way[:step]:
        name = chosen(body, name, taken)["next"]
    old = chosen(body, name, way[step])
    better = [
        choice["id"]
        for choice in body["nodes"][name]["choices"]
        if choice["next"] == old["next"] and choice["points"] >= old["points"]
    ]
    return [*way[:step], draw(st.sampled_from(better)), *way[step + 1 :]]


def chosen(body, name, choice):
    return next(row for row in body["nodes"][name]["choices"] if row["id"] == choice)


@st.composite
def cases(draw, kind):
    question, answer = draw(answered((kind,)))
    return question, answer, draw(mended(question, answer)), (draw(seeds), draw(seeds))


def grade(question, answer):
    return TYPES[question.type].grade(question, answer)


def bounded(case):
    """From nothing to all, and the same each time."""
    question, answer, _, _ = case
    found = grade(question, answer)
    assert 0 <= found.score <= 1
    assert not found.right or found.score == 1 or question.type == "branching"
    assert found == grade(question, answer)


def monotone(case):
    """What is better never earns less."""
    question, answer, better, _ = case
    assert grade(question, better).score >= grade(question, answer).score


def orderless(case):
    """What is sent from a page in any order is read as the same answer and earns the same."""
    question, answer, _, orders = case
    kind = TYPES[question.type]
    grades = []
    for seed in orders:
        page = kind.shuffle(question, seed)
        assert page == kind.shuffle(question, seed)
        read = walked(kind, page, answer) if kind.alone else kind.parse(page, filled(page, answer)).answer
        if question.type != "numeric":
            assert read == answer
        grades.append(kind.grade(page, read))
    assert grades[0].score == grades[1].score == grade(question, answer).score
    assert {(part.key, part.verdict) for part in grades[0].parts} == {(p.key, p.verdict) for p in grades[1].parts}


def walked(kind, page, way):
    """Take every step of a way on its own page."""
    now, answer = kind.onward(page, None), None
    for choice in way:
        [field] = kind.fields(now)
        told = next(row for row in page.body["nodes"][at(now)]["choices"] if row["id"] == choice)
        place = next(offer.value for offer in field.choices if offer.text.text == told["text"]["text"])
        answer = kind.parse(now, {field.name: [place]}).answer
        now = kind.onward(page, answer)
    assert now is None
    return answer


def at(question):
    name = question.body["start"]
    for taken in question.body["way"]:
        name = chosen(question.body, name, taken)["next"]
    return name


LAWS = (bounded, monotone, orderless)
