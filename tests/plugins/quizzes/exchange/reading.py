"""Reading a file as the program does, and looking at what became of it."""

from lms.plugins.quizzes.domain.exchange import formats
from tests.plugins.quizzes.samples import TYPES


def entries(file):
    return formats.read(file if isinstance(file, bytes) else file.encode(), TYPES)


def one(file):
    """The only question of a file, with its item."""
    (entry,) = entries(file)
    assert entry.item is not None, entry.refused
    return entry


def losses(entry):
    return sorted(loss.code for loss in entry.losses)


def refusal(file):
    """Why the only question of a file, or the file itself, was refused."""
    (entry,) = entries(file)
    assert entry.refused is not None, entry.item
    assert entry.refused.text
    assert entry.refused.mend
    return entry.refused.code


def right(entry):
    return [option["text"] for option in entry.item["options"] if option.get("correct")]


def moodle(kind, inside):
    return (
        f'<quiz><question type="{kind}"><name><text>N</text></name>'
        f'<questiontext format="html"><text><![CDATA[{QUESTION}]]></text></questiontext>{inside}</question></quiz>'
    )


QUESTION = "<p>What is <b>asked</b>?</p>"


def answer(text, weight, said="", more=""):
    return f'<answer fraction="{weight}"><text>{text}</text><feedback><text>{said}</text></feedback>{more}</answer>'


def item(body, *, key="", declared='cardinality="single" baseType="identifier"', more="", name="RESPONSE"):
    return (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i1" title="Title">'
        f'<responseDeclaration identifier="{name}" {declared}>{key}</responseDeclaration>'
        f"<itemBody>{body}</itemBody>{more}</assessmentItem>"
    )


def correct(*values):
    return f"<correctResponse>{''.join(f'<value>{value}</value>' for value in values)}</correctResponse>"


def three(text):
    """The same item with the names of QTI 3, as far as the samples here use them."""
    import re

    def renamed(found):
        slash, name = found[1], found[2]
        kept = name in {"p", "div", "span", "b", "img", "script"}
        return f"<{slash}{name}" if kept else f"<{slash}qti-{kebab(name)}"

    def kebab(name):
        return re.sub("[A-Z]", lambda capital: f"-{capital[0].lower()}", name)

    text = re.sub(r"<(/?)([a-zA-Z]+)", renamed, text)
    return re.sub(r' ([a-z]+[A-Z][A-Za-z]*)="', lambda found: f' {kebab(found[1])}="', text)
