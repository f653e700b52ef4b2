"""`lms questions import` and `lms questions export`, as an author types them."""

import json

import pytest
import yaml
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo

from lms.core.catalogue.api import read_yaml
from lms.plugins.quizzes.commands import group
from tests.plugins.quizzes.samples import MAKERS, TYPES, quiz_data

LESSON = '---\nid: T-1.1\noutcomes: [{id: o1, text: "A."}, {id: o2, text: "B."}]\n---\nText.\n'
FILE = "One? {=a#why ~b}\n\nOnly text.\n"


@pytest.fixture
def run(monkeypatch):
    """Run a command with the question types of the suite and without a site: these commands ask no database."""
    monkeypatch.setattr("lms.plugins.quizzes.commands.known_types", lambda: TYPES)
    bare = ScriptInfo(create_app=lambda: Flask("bare"))

    def invoke(*words, code=0):
        result = CliRunner().invoke(group, [str(word) for word in words], obj=bare)
        assert result.exit_code == code, result.output
        return result

    return invoke


@pytest.fixture
def lesson(tmp_path):
    (tmp_path / "lesson.md").write_text(LESSON)
    (tmp_path / "in.gift").write_text(FILE)
    return tmp_path


def test_a_dry_run_prints_a_line_for_each_question(run, lesson):
    result = run("import", lesson / "in.gift", "--dry-run", "--json", code=1)
    first, second = map(json.loads, result.stdout.splitlines())
    assert (first["result"], first["type"], first["feedback_to_write"]) == ("imported", "single", 1)
    assert (second["result"], second["code"]) == ("refused", "description")
    assert second["why"]
    assert second["mend"]
    assert not (lesson / "quiz.yaml").exists()


def test_import_into_a_lesson_and_again(run, lesson):
    words = ("import", lesson / "in.gift", "--into", lesson, "--outcome", "o2")
    run(*words, code=1)
    written = (lesson / "quiz.yaml").read_text()
    data = read_yaml(written, "").data
    assert (data["id"], [item["outcome"] for item in data["items"]]) == ("T-1.1-q", ["o2"])
    assert "It is there already." in run(*words, code=1).output
    assert (lesson / "quiz.yaml").read_text() == written


def test_import_to_the_standard_output(run, lesson):
    result = run("import", lesson / "in.gift", code=1)
    assert read_yaml(result.stdout, "").data["items"][0]["prompt"] == "One?"
    assert "Only text." in result.stderr


def test_import_asks_for_what_it_needs(run, lesson, tmp_path):
    assert "o1, o2" in run("import", lesson / "in.gift", "--into", lesson, code=1).output
    (tmp_path / "empty").mkdir()
    assert (
        "not the folder of a lesson" in run("import", lesson / "in.gift", "--into", tmp_path / "empty", code=1).output
    )
    (lesson / "quiz.yaml").write_text("id: x\nitems: [{id: a}]\n")
    words = ("import", lesson / "in.gift", "--into", lesson, "--outcome", "o1")
    assert "hyphens" in run(*words, code=1).output
    (lesson / "quiz.yaml").write_text("id: [")
    assert "Mend it first" in run(*words, code=1).output


@pytest.mark.parametrize("form", ["gift", "moodle-xml", "qti21", "qti30"])
def test_what_is_exported_can_be_imported(run, lesson, form):
    (lesson / "quiz.yaml").write_text(yaml.safe_dump(quiz_data(*[make() for make in MAKERS.values()])))
    out = lesson / "out"
    told = run("export", lesson, "--format", form, "--output", out, "--json", code=int(form == "gift"))
    lines = told.stdout.splitlines()
    assert [json.loads(line)["name"] for line in lines] == [f"HS-1.1-q.q{n}" for n in range(1, 10)]
    again = run("import", out, "--into", lesson, "--outcome", "o1", "--json").stdout.splitlines()
    assert len(again) == len(MAKERS) - (form == "gift")
    assert all(json.loads(line)["already_there"] for line in again)


def test_export_to_the_standard_output(run, lesson):
    (lesson / "quiz.yaml").write_text(yaml.safe_dump(quiz_data(MAKERS["single"](), MAKERS["short"]())))
    result = run("export", lesson / "quiz.yaml", "--format", "aiken", code=1)
    assert result.stdout.startswith("Which account comes first?\nA. The main e-mail\n")
    assert "no questions of the kind “short”" in result.stderr
    assert "--output" in run("export", lesson, "--format", "qti30", code=2).output
