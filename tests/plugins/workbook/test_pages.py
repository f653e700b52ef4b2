"""Sheets through pages: list, paper, keeping, writing, two windows, wiping (CON-5, settled 20 and 28)."""

import pytest

from tests.plugins.workbook.conftest import shown


def test_nothing_is_kept_until_a_person_chooses_so_on_that_sheet(writer):
    """Settled 20: off by default; only then is there a field."""
    assert "Sheet 1: What I already do" in writer.text("")
    page = writer.text("/1")
    assert "Keep this sheet here, sealed" in page
    assert "<textarea" not in page
    assert writer.get("/1/2").location == "/en/workbook/1"
    assert writer.write(helps="early").status_code == 404
    assert writer.keep().get("/1/2").status_code == 200
    assert "Kept here, sealed" in writer.text("")


def test_what_is_written_page_by_page_stands_on_the_sheet(writer):
    writer.keep()
    answer = writer.post("/1/1", **{"version": "1", "body-0": "a walk", "body-4": "sleep", "then": "next"})
    assert answer.location == "/en/workbook/1/2"
    writer.write(helps="the river\r\nand the hill", next="tea")
    page = writer.text("/1")
    assert '<li dir="auto">a walk</li><li dir="auto">sleep</li>' in page
    assert "the river\nand the hill" in page
    assert shown(writer.get("/1/1"), "body-1") == "sleep"
    assert shown(writer.get("/1/2"), "next") == "tea"
