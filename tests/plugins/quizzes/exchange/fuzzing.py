"""Files that nobody would write: samples of every format, cut, doubled, joined and sprinkled with signs that mean something.

XML that is hurt anywhere is refused before a reader sees it: half of it is hurt in its elements, so that it stays whole.
"""

import io
import re
import secrets
import zipfile
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random  # noqa: TID251 - what failed must be the same again for the same number
from time import monotonic, process_time

from lms.host.pictures import Rewritten
from lms.plugins.quizzes.domain.exchange import formats, trees
from tests.plugins.quizzes.samples import MAKERS, OTHERS, TYPES

FAILURES = Path(__file__).parent / "failures"
RESULTS = {"imported", "imported-with-losses", "refused"}
ITEMS = [(f"HS-1.1-q.{make()['id']}", make()) for make in (*MAKERS.values(), *OTHERS.values())]
PICTURE = Rewritten("0" * 32 + ".png", b"<x>no XML to any reader</x>", 1, 1)
ITEMS.append(("HS-1.1-q.p", MAKERS["single"](picture={"file": f"media/{PICTURE.name}", "alt": "A <map>"})))
PIECES = re.compile(rb"<[^>]*>|[^<]+")
GIVEN = re.compile(rb'([\w:-]+)="([^"]*)"')
NAME = re.compile(rb"[\w:-]+")
HANDMADE = {
    "aiken": "A?\nA. a\nB) b\nANSWER: B\n\nC\nA) c\n\nB) d\nanswer : a\n",
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
    b"<p>", b"</p>", b"<script>", b"<img src=x>", b"@@PLUGINFILE@@/", b"data:image/png;base64,AAAA", b'identifier="', b"\xd9\xa3", b"9" * 40, b"1e99", b"-", b"..", b"/>", b'"', b"'",
    b"PK\x03\x04", b'xmlns="a"', b"<quiz>", b'<question type="ordering">', b'<answer fraction="100">', b"\xe2\x80\xae", b"$$", b"*",
]  # fmt: skip


def samples(form):
    """The files that everything grows from."""
    if form == "qti-xml":
        from lms.plugins.quizzes.domain.exchange import qti_out
        from lms.plugins.quizzes.domain.exchange.out import Parting

        made = [qti_out.write([Parting(n, i)], v)[1].parts for n, i in ITEMS for v in ("2.1", "3.0")]
        return [trees.document(tree) for parts in made for _name, tree in parts] + [HANDMADE["qti21"].encode()]
    pictures = {"HS-1.1-q.p": PICTURE.data}
    whole = formats.write(ITEMS, form, pictures)[0]
    alone = [formats.write([one], form, pictures)[0] for one in ITEMS] + [HANDMADE[form].encode()]
    return [whole, *[data for data in alone if data] * 4]  # the long one takes the most time and says the least


def made(form, random, seeds):
    """One file."""
    kinds = {"gift": (mutated,), "aiken": (mutated,), "qti21": (mutated, packed)}
    return random.choice(kinds.get(form, (mutated, grown)))(random, seeds)


@cache
def parts(seed):
    """The names and the contents of the files of a package."""
    with zipfile.ZipFile(io.BytesIO(seed)) as package:
        return tuple((name, package.read(name)) for name in package.namelist())


def packed(random, seeds):
    """A package that is whole, with files in it that are not what they were."""
    packages = [seed for seed in seeds if seed.startswith(b"PK")]
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as package:
        for name, content in parts(random.choice(packages)):
            other = random.choice(parts(random.choice(packages)))[1]
            change = random.choice((grown, grown, mutated, None))
            package.writestr(name, change(random, [content, other]) if change else content)
    return held.getvalue()


def grown(random, seeds):
    """An XML file that is whole, with elements taken out, doubled, moved in, renamed, and other words in them."""
    first, found, _values = taken_apart(random.choice(seeds))
    pieces = list(first)
    for time in range(random.choice((1, 1, 2, 4, 8))):
        found = elements(pieces) if time else found
        start, end = random.choice(found or [(0, len(pieces))])
        other, others, values = taken_apart(random.choice(seeds))
        match random.randrange(6):
            case 0 if end - start < len(pieces) / 2:
                del pieces[start:end]
            case 1:
                pieces[start:start] = pieces[start:end] * random.choice(
                    (1,) * 12 + (2, 2, 2, 70 if end - start < 40 else 2)
                )
            case 2:
                first, last = random.choice(others)
                pieces[end:end] = other[first:last]
            case 3:
                name = NAME.search(other[random.choice(others)[0]])[0]
                for place in {start, end - 1}:
                    pieces[place] = NAME.sub(name, pieces[place], count=1)
            case 4:
                pieces.insert(start + 1, harmless(random, other))
            case _:
                value = b'="%s"' % random.choice([*values, harmless(random, other)])
                pieces[start] = GIVEN.sub(lambda one, value=value: one[1] + value, pieces[start], count=1)
    return b"".join(pieces)


@cache
def taken_apart(seed):
    """The tags and words of some XML, where its elements begin and end, and the values of their attributes."""
    pieces = tuple(PIECES.findall(seed))
    return pieces, elements(pieces), tuple(value for _name, value in GIVEN.findall(seed))


def elements(pieces):
    """Where each element of some XML begins and ends."""
    found, begun = [], []
    for place, piece in enumerate(pieces):
        if piece[:2] == b"</":
            found.append((begun.pop(), place + 1))
        elif piece[-2:] == b"/>":
            found.append((place, place + 1))
        elif piece[:1] == b"<" and piece[1:2] not in b"?!":
            begun.append(place)
    return found


def harmless(random, pieces):
    """Some words that leave XML whole."""
    words = mutated(random, [piece for piece in pieces if piece[:1] != b"<"] or [b""])
    return trees.escaped(words.decode(errors="ignore")).encode()


def mutated(random, seeds):
    """One file, hurt anywhere."""
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
                data[start:start] = data[start:end] * random.choice((1, 1, 1, 2, 2, 2, 2, 30))
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
        entries = formats.read(data, TYPES, lambda batch: [PICTURE] * len(batch))
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
        data = made(form, random, seeds)
        done += 1
        if wrong := tried(data):
            kept = FAILURES / f"{form}-{sha256(data).hexdigest()[:12]}.bin"
            kept.write_bytes(data)
            return done, f"{wrong} ({kept.name}, number {number})"
    return done, ""
