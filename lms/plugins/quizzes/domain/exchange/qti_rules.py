"""What is right in a QTI item of ours, and what it says after an answer."""

from collections.abc import Mapping, Sequence

from lms.plugins.quizzes.domain.exchange.trees import Node, node


def declared(
    name: str, cardinality: str, base: str, right: Sequence[str], worth: Mapping[str, int] | None = None
) -> Node:
    """Return a response declaration, with what each response is worth if that is said."""
    values = [node("value", text) for text in right]
    entries = [node("mapEntry", mapKey=key, mappedValue=str(points)) for key, points in (worth or {}).items()]
    return node(
        "responseDeclaration",
        node("correctResponse", *values) if values else None,
        node("mapping", *entries, defaultValue="0", lowerBound="0") if entries else None,
        identifier=name,
        cardinality=cardinality,
        baseType=base,
    )


def _outcomes(cardinality: str) -> list[Node]:
    return [
        node("outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float"),
        node("outcomeDeclaration", identifier="FEEDBACK", cardinality=cardinality, baseType="identifier"),
    ]


def by_choice(cardinality: str) -> list[Node]:
    """Return the outcomes of an item whose choices each say something."""
    return _outcomes(cardinality)


def by_map(*, right: bool) -> Node:
    """Return the processing of choices: points by the mapping, or one for what is right; each says its own."""
    score = node("setOutcomeValue", node("mapResponse", identifier="RESPONSE"), identifier="SCORE")
    said = node("setOutcomeValue", node("variable", identifier="RESPONSE"), identifier="FEEDBACK")
    return node("responseProcessing", score if right else _scored([matched("RESPONSE")]), said)


def _scored(right: Sequence[Node], *also: Node) -> Node:
    test = right[0] if len(right) == 1 else node("and", *right)
    return node("responseCondition", node("responseIf", test, _set("SCORE", "float", "1"), *also))


def _set(name: str, base: str, value: str) -> Node:
    return node("setOutcomeValue", node("baseValue", value, baseType=base), identifier=name)


def by_verdict(right: Sequence[Node]) -> tuple[list[Node], Node]:
    """Return outcomes and processing of an item that is right if all of these hold."""
    condition = _scored(right, _set("FEEDBACK", "identifier", "correct"))
    condition.inside.append(
        node("responseElse", _set("SCORE", "float", "0"), _set("FEEDBACK", "identifier", "incorrect"))
    )
    return _outcomes("single"), node("responseProcessing", condition)


def matched(name: str) -> Node:
    return node("match", node("variable", identifier=name), node("correct", identifier=name))


def equal(name: str, tolerance: str) -> Node:
    """Return the test of a number."""
    return node(
        "equal",
        node("variable", identifier=name),
        node("correct", identifier=name),
        toleranceMode="absolute",
        tolerance=f"{tolerance} {tolerance}",
    )


def typed(name: str) -> Node:
    """Return the test of a text that may be typed in several ways: it is worth something."""
    return node("not", node("equal", node("mapResponse", identifier=name), node("baseValue", "0", baseType="float"),
                            toleranceMode="exact"))  # fmt: skip
