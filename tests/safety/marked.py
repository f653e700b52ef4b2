"""A visit in which everything that could betray a person is marked, and the search for the marks in every byte on disk."""

import base64
import hashlib
import logging
import re
import tempfile
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from lms.host.backup.make import make as make_backup
from lms.host.log import SafeFormatter
from lms.host.security.sessions import COOKIE
from tests.flows.test_main_story import be_checked, certificate, invite, learn, outline_of, read
from tests.plugins.quizzes.pages import Page

ADDRESS = "203.0.113.77"
AGENT = "MarkedBrowser/77.31 (zebra-quince)"
HANDLE = "velvet-ocelot"
PRINTED = "Sun Garden"  # the name that the certificate flow prints
TEXTS = {
    "sheet": "umbrella seventeen behind the bakery",
    "late text": "quartz notes sent after the end",
    "thought": "lantern song beneath the floor",
    "label": "marmalade phone",
    "wrong form": "kettle typed into a wrong place",
    "query": "saffron-in-the-address",
    "wrong name": "ocelot sibling unknown",
    "wrong words": "tangerine ladder seven oblong whisper",
}


@dataclass
class Marks:
    """What must be found nowhere: name of the mark and the bytes it may hide in."""

    needles: dict = field(default_factory=dict)

    def add(self, name, text, *, digests=False):
        """Look for a text as it is, in other encodings, and as digests that could be tried against all addresses."""
        plain = text.encode()
        forms = {plain, text.encode("utf-16-le"), base64.b64encode(plain), plain.hex().encode()}
        forms |= {plain.replace(b" ", sign) for sign in (b"+", b"%20", b"")}
        if digests:
            for algorithm in ("md5", "sha1", "sha256", "sha512"):
                made = hashlib.new(algorithm, plain)
                forms |= {made.digest(), made.hexdigest().encode(), base64.b64encode(made.digest())}
        self.needles[name] = forms

    @classmethod
    def of_the_line(cls):
        """Marks of where somebody came from and with what."""
        marks = cls()
        variants = {
            "address": ADDRESS,
            "address mapped": f"::ffff:{ADDRESS}",
            "address with dashes": ADDRESS.replace(".", "-"),
            "address as a number": str(int.from_bytes(bytes(map(int, ADDRESS.split("."))))),
            "network": "203.0.113.0",
            "agent": AGENT,
            "address and agent": f"{ADDRESS}|{AGENT}",
        }
        for name, text in variants.items():
            marks.add(name, text, digests=True)
        marks.needles["address in hex"] = {b"cb00714d", b"CB00714D"}
        return marks


@dataclass
class Visit:
    """What a visit left: its marks, where to search, who it was."""

    site: object
    marks: Marks
    places: list
    handle: str = HANDLE
    passphrase: str = ""
    codes: list = field(default_factory=list)
    sheet: str = ""
    invitation: str = ""

    def found(self):
        """Return which mark stands in which file, over every byte of every place."""
        hits = []
        for place in self.places:
            for path in sorted(Path(place).rglob("*")):
                if path.is_file() and not path.is_symlink():
                    content = path.read_bytes()
                    names = [
                        name for name, forms in self.marks.needles.items() if any(form in content for form in forms)
                    ]
                    hits += [f"{name} in {path.name}" for name in names]
        return hits


def marked_browser(site):
    """Return a browser that comes from the marked address with the marked agent."""
    browser = site.client()
    browser.environ_base |= {
        "REMOTE_ADDR": ADDRESS,
        "REMOTE_PORT": "40077",
        "HTTP_USER_AGENT": AGENT,
        "HTTP_X_FORWARDED_FOR": ADDRESS,
        "HTTP_X_REAL_IP": ADDRESS,
        "HTTP_FORWARDED": f"for={ADDRESS}",
    }
    return browser


def log_to(site, folder):
    """Write the logs of this process to a file, through the formatter of real sites."""
    handler = logging.FileHandler(folder / "veer.log")
    handler.setFormatter(SafeFormatter())
    return handler


def visit(site, monkeypatch, clock, backups, walk=None):
    """Walk the main ways through the site over HTTP, or those of `walk`, and return what there is to search."""
    folder = site.settings.folder
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("TMPDIR", str(temporary))
    found = Visit(site, Marks.of_the_line(), [folder, backups])
    for name, text in TEXTS.items():
        found.marks.add(name, text)
    found.marks.add("handle", HANDLE, digests=True)
    found.marks.add("printed name", PRINTED)
    handler = log_to(site, folder)
    logging.getLogger().addHandler(handler)
    try:
        (walk or whole)(found, monkeypatch, clock)
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()
    with site.app.app_context():
        make_backup(site.settings)
    return found


def whole(found, monkeypatch, clock):
    """Join, learn, earn a certificate, write, make mistakes, come back too late, sign out."""
    site, browser = found.site, marked_browser(found.site)
    join(found, browser)
    outline = outline_of(site, "en")
    learn(site, browser, outline, "en")
    be_checked(site, browser, outline, "en", right=True)
    certificate(site, browser, outline, "en")
    account(found, browser)
    sheet(browser)
    _mistakes(site, browser, monkeypatch)
    late(found, browser, clock)
    mark_secrets(found)


def mark_secrets(found):
    """Look for everything that opens the account or another one."""
    for name, text in (("passphrase", found.passphrase), ("sheet code", found.sheet), ("invitation", found.invitation)):
        found.marks.add(name, text, digests=True)
        found.marks.add(f"{name} bare", text.replace("-", "").replace(" ", ""), digests=True)
    for number, code in enumerate(found.codes):
        found.marks.add(f"recovery code {number}", code, digests=True)
        found.marks.add(f"recovery code {number} bare", code.replace("-", ""), digests=True)


def join(found, browser):
    """Come in with a code."""
    found.invitation = invite(found.site)
    form = read(browser.get("/en/join")).form(holding="code")
    shown = read(browser.submit("/en/join", form | {"code": found.invitation, "handle": HANDLE}))
    words = ["".join(item.itertext()).strip() for item in shown.tree.findall(".//ol/li")]
    sent = shown.form(holding="state")
    for name, place in zip(("first", "second"), _places(shown), strict=True):
        sent[name] = words[place - 1]
    assert browser.submit("/en/join/confirm", sent).status_code == 303
    found.passphrase = " ".join(words)


def _places(shown):
    text = re.findall(r'<label for="(?:first|second)">\D*(\d+)</label>', shown.text)
    return [int(number) for number in text]


def account(found, browser):
    """Name the sign-in, make codes, a sheet and a copy of everything."""
    browser.submit("/en/account/sign-ins", {"label": TEXTS["label"]})
    codes = browser.submit("/en/account/codes")
    assert codes.status_code == 200
    found.codes = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", unescape(codes.text))
    assert len(found.codes) == 10
    sheet = browser.submit("/en/account/sheet").text
    found.sheet = re.search(r'<bdi class="code" lang="en">([\w-]+)</bdi>', sheet).group(1)
    assert browser.submit("/en/account/data/copy").status_code == 303
    found.site.run_jobs()
    copy = browser.get("/en/account/data/copy/json")
    assert HANDLE in copy.text


def sheet(browser):
    """Keep a sheet here and write on it."""
    assert browser.submit("/en/workbook/1/keep").status_code == 303
    sent = {"version": "1", "helps": TEXTS["sheet"], "costs": "", "next": ""}
    assert browser.submit("/en/workbook/1/2", sent).status_code == 303
    assert TEXTS["sheet"] in unescape(browser.get("/en/workbook/1").text)
    assert TEXTS["sheet"] in browser.get("/en/workbook/1/filled.txt").text


def _mistakes(site, browser, monkeypatch):
    browser.submit("/en/account/code", {"code": TEXTS["wrong form"]})
    browser.get(f"/en/home?q={TEXTS['query']}")
    browser.get(f"/en/{TEXTS['query']}")
    door = marked_browser(site)
    door.submit("/en/sign-in", {"handle": TEXTS["wrong name"], "passphrase": TEXTS["wrong words"]})
    door.submit("/en/join", {"code": TEXTS["wrong form"], "handle": TEXTS["wrong name"]})

    def break_down(*_args, **_more):
        raise RuntimeError(TEXTS["wrong form"])

    site.app.config["SHOW_ERROR_PAGES"] = True
    with monkeypatch.context() as broken:
        broken.setattr("lms.core.accounts.queries.account", break_down)
        assert browser.get("/en/account/").status_code == 500


def late(found, browser, clock):
    """Send a text after the sign-in ended, find it again, and sign out."""
    clock.moment += clock_gap()
    answer = browser.submit("/en/account/code", {"code": TEXTS["late text"]})
    assert "is kept for you" in answer.text
    again = marked_browser(found.site)
    entered = again.submit("/en/sign-in", {"handle": HANDLE, "passphrase": found.passphrase.upper()})
    assert entered.headers["Location"] == "/en/account/late"
    assert TEXTS["late text"] in unescape(Page(again.get("/en/account/late")).text)
    again.submit("/en/sign-out")
    assert again.get_cookie(COOKIE) is None


def clock_gap():
    """Longer than the idle limit."""
    from datetime import timedelta

    return timedelta(minutes=31)
