"""Files that nobody would write: samples of every format, cut, doubled, joined and sprinkled with signs that mean something."""

import secrets
from hashlib import sha256
from pathlib import Path
from random import Random  # noqa: TID251 - what failed must be the same again for the same number
from time import monotonic, process_time

from lms.plugins.quizzes.domain.exchange import formats
from tests.plugins.quizzes.samples import MAKERS, OTHERS, TYPES

FAILURES = Path(__file__).parent / "failures"
RESULTS = {"imported", "imported-with-losses", "refused"}
ITEMS = [(f"HS-1.1-q.{make()['id']}", make()) for make in (*MAKERS.values(), *OTHERS.values())]
HANDMADE = {
    "gift": "$CATEGORY: a\n// [id:1] [tag:b]\n::T::[html]<p>A</p> {1} {=%50%a#b ~c ####d}\n\nB {=a->b =c->d}\n\nC {#1..2:3}\n\n",
    "moodle-xml": '<quiz><question type="cloze"><questiontext format="html"><text>{1:MC:=a#b~%50%c} [[1]]</text></questiontext>'
    "<selectoption><text>a</text><group>1</group></selectoption><hint><text>h</text></hint></question></quiz>",
    "qti21": '<assessmentItem identifier="i"><responseDeclaration identifier="R" cardinality="single" baseType="string">'
    '<correctResponse><value>a</value></correctResponse><mapping><mapEntry mapKey="a" mappedValue="1"/></mapping>'
    '</responseDeclaration><itemBody><p>A <textEntryInteraction responseIdentifier="R"/> <img src="x"/></p>'
    '<gapMatchInteraction responseIdentifier="R"><gapText identifier="W">w</gapText><gap identifier="G"/>'
    "</gapMatchInteraction></itemBody></assessmentItem>",
}
TOKENS = [
    *(b"{ } = ~ # : \\ -> ####".split()), b"\n\n", b"%50%", b"[html]", b"//", b"::", b"\x00", b"\xff", b"\xef\xbb\xbf", b"<", b">", b"&",
    b"&lt;", b"<![CDATA[", b"]]>", b"<!--", b"<?", b"<!DOCTYPE a [", b"<!ENTITY a 'b'>", b"{1:SA:=a}", b"[[1]]", b"ANSWER: A", b"A. a\n",
    b"<p>", b"</p>", b"<script>", b"<img src=x>", b'identifier="', b"\xd9\xa3", b"9" * 40, b"1e99", b"-", b"..", b"/>", b'"', b"'",
    b"PK\x03\x04", b'xmlns="a"', b"<quiz>", b'<question type="ordering">', b'<answer fraction="100">', b"\xe2\x80\xae", b"$$", b"*",
]  # fmt: skip


def samples(form):
    """The files that everything grows from."""
    if form == "qti-xml":
        from lms.plugins.quizzes.domain.exchange import qti_out, trees
        from lms.plugins.quizzes.domain.exchange.out import Parting

        made = [qti_out.write([Parting(n, i)], v)[1].parts for n, i in ITEMS for v in ("2.1", "3.0")]
        return [trees.document(tree) for parts in made for _name, tree in parts] + [HANDMADE["qti21"].encode()]
    whole = formats.write(ITEMS, form)[0]
    return [whole, *(formats.write([one], form)[0] for one in ITEMS), HANDMADE.get(form, "").encode()]


def mutated(random, seeds):
    """One file."""
    data = bytearray(random.choice(seeds))
    for _time in range(random.choice((1, 1, 2, 4, 16))):
        start = random.randrange(len(data) + 1)
        end = min(len(data), start + random.choice((0, 1, 2, 8, 64, 512)))
        match random.randrange(6):
            case 0:
                del data[start:end]
            case 1:
                data[start:start] = random.choice(TOKENS)
            case 2:
                data[start:end] = random.choice(TOKENS)
            case 3:
                data[start:start] = data[start:end] * random.choice((1, 2, 30))
            case 4:
                other = random.choice(seeds)
                cut = random.randrange(len(other) + 1)
                data[start:start] = other[cut : cut + 200]
            case _ if data:
                data[min(start, len(data) - 1)] = random.randrange(256)
    return bytes(data)


def tried(data):
    """What is wrong with how a file was read, empty if nothing is."""
    start = process_time()
    try:
        entries = formats.read(data, TYPES)
        told = [entry.as_json() for entry in entries]
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if process_time() - start > 1:
        return "longer than a second"
    if not told or any(row["result"] not in RESULTS for row in told):
        return "no result"
    if any(row["result"] == "refused" and not (row["why"] and row["mend"]) for row in told):
        return "no reason"
    return ""


def hunt(form, *, seconds=None, count=None, number=None):
    """Try files until the time or the number is used up.

    Returns:
        How many were tried, and what is wrong with the first that failed; it is kept to be tried for ever after.

    """
    number = secrets.randbits(32) if number is None else number
    random, seeds, done, end = Random(number), samples(form), 0, monotonic() + (seconds or 10**6)
    while monotonic() < end and (count is None or done < count):
        data = mutated(random, seeds)
        done += 1
        if wrong := tried(data):
            kept = FAILURES / f"{form}-{sha256(data).hexdigest()[:12]}.bin"
            kept.write_bytes(data)
            return done, f"{wrong} ({kept.name}, number {number})"
    return done, ""
