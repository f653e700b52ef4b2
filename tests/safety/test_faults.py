"""A fault leaves a reference, a route, a kind and a line, and nothing that anybody wrote (LOG-2)."""

import io
import json
import logging
import re

import pytest

from lms.host.log import SafeFormatter
from lms.host.web import Access
from tests.factories import make_person, sign_in
from tests.safety.test_headers import addresses

# What is written does not depend on the kind of database.
pytestmark = [pytest.mark.safety, pytest.mark.database("sqlite")]
SENT, INSIDE = "gravel-in-the-form", "feather-in-a-local"
LINE = {"time", "level", "from", "event", "reference", "route", "error", "line"}


def break_every_view(app):
    """Put a fault into each view, with something of a person in its message and in its locals."""

    def broken(**arguments):
        held = {"note": INSIDE, "arguments": arguments}
        raise RuntimeError(INSIDE, held)

    broken.access = Access("public")
    app.config["SHOW_ERROR_PAGES"] = True
    app.view_functions = {name: view if name == "static" else broken for name, view in app.view_functions.items()}


def broken_answers(site, formatter):
    """Ask for everything; return what was answered and what was logged, address by address."""
    break_every_view(site.app)
    browser, stream = sign_in(site, make_person(site)), io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger = logging.getLogger("lms.app")
    logger.addHandler(handler)
    try:
        for url in sorted(set(addresses(site.app))):
            for method in ("GET", "POST"):
                stream.seek(0)
                stream.truncate()
                sent = {"text": SENT}
                answer = browser.submit(url, sent) if method == "POST" else browser.get(url, query_string=sent)
                if answer.status_code not in (404, 405):
                    yield f"{method} {url}", answer, stream.getvalue()
    finally:
        logger.removeHandler(handler)


def faults_of(answer, logged):
    """Return what is wrong with the answer to a fault and with its line in the log."""
    shown = re.search(r'<span class="code">([0-9a-f]{8})</span>', answer.text)
    if answer.status_code != 500 or shown is None:
        return ["no reference on the page"]
    wrong = [f"{word} in the log" for word in (SENT, INSIDE) if word in logged]
    wrong += ["a local on the page"] if INSIDE in answer.text else []
    try:
        line = json.loads(logged)
    except ValueError:
        return [*wrong, "more than one line of fields"]
    if set(line) != LINE or line["reference"] != shown[1] or not line["line"].startswith("test_faults.py:"):
        wrong.append("other fields")
    return wrong


def test_log_2_a_fault_in_each_view_leaves_a_reference_and_no_locals(site):
    """LOG-2: every route and method: the same random reference on the page and in the log, with route, kind and line."""
    seen, references, routes = 0, set(), set()
    for name, answer, logged in broken_answers(site, SafeFormatter()):
        assert faults_of(answer, logged) == [], name
        line = json.loads(logged)
        references.add(line["reference"])
        routes.add(line["route"])
        seen += 1
        assert line["error"] == "RuntimeError"
    assert len(references) == seen
    assert routes == {rule.endpoint for rule in site.app.url_map.iter_rules()} - {"static"}


def test_log_2_planted_a_log_that_writes_messages_is_found(site):
    """LOG-2: planted fault: the usual formatter writes the message of the exception."""
    _name, answer, logged = next(broken_answers(site, logging.Formatter()))
    assert faults_of(answer, logged) == [f"{INSIDE} in the log", "more than one line of fields"]
