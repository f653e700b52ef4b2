"""Slots: panels in order, and a faulty panel that takes nothing else with it."""

import pytest
from flask import Flask
from markupsafe import Markup  # noqa: TID251 - what a panel of a template returns

from lms.host.plugin import Host, Plugin
from lms.host.slots import Panel, Slot, drawn_once, fill

PLACE: Slot[str] = Slot("place")
OTHER: Slot[str] = Slot("other")


def shown(*panels: Panel[str]) -> str:
    app = Flask(__name__)
    app.extensions["lms"] = Host([Plugin("echo", "tests", "Echo", contributions=panels)])
    with app.app_context():
        return fill(PLACE, "page")


def test_panels_stand_in_order_and_only_in_their_slot() -> None:
    assert (
        shown(
            Panel(PLACE, "last", lambda page: Markup("<b>c</b>"), order=300),
            Panel(OTHER, "elsewhere", lambda page: "x"),
            Panel(PLACE, "first", lambda page: f"a {page} ", order=1),
            Panel(PLACE, "middle", lambda page: "<b>"),
        )
        == "a page &lt;b&gt;<b>c</b>"
    )


def test_a_panel_that_raises_or_returns_junk_is_left_out_and_named(caplog: pytest.LogCaptureFixture) -> None:
    def broken(page: str) -> str:
        raise RuntimeError(page)

    assert (
        shown(
            Panel(PLACE, "raises", broken),
            Panel(PLACE, "junk", lambda page: 7),  # type: ignore[arg-type,return-value]
            Panel(PLACE, "fine", lambda page: "still here"),
        )
        == "still here"
    )
    assert {record.plugin for record in caplog.records} == {"raises", "junk"}  # type: ignore[attr-defined]


def test_what_everybody_sees_alike_is_drawn_once_for_each_language_place_and_set_of_facts(site) -> None:
    drawn = []

    def draw() -> str:
        drawn.append(1)
        return ""  # nothing to show is worth remembering, too

    for address, root in (("/en/", ""), ("/en/", ""), ("/ar/", ""), ("/en/", "/learn")):
        with site.app.test_request_context(address, environ_overrides={"SCRIPT_NAME": root}):
            site.app.preprocess_request()
            assert drawn_once("a panel", 1, draw=draw) == drawn_once("a panel", 1, draw=draw) == ""
    assert len(drawn) == 3
    with site.app.test_request_context("/en/"):
        site.app.preprocess_request()
        drawn_once("a panel", 2, draw=draw)
        drawn_once("another", 1, draw=draw)
    assert len(drawn) == 5
