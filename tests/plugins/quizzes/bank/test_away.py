"""A course that uses the bank, checked where there is no database: on the machine of an author."""

import shutil
from pathlib import Path

import yaml

from lms.core.catalogue.api import ActivityContext
from lms.core.catalogue.commands import courses
from lms.host.app import create_app
from lms.host.plugin import CORE
from lms.host.settings import Settings
from lms.plugins.quizzes.commands import group
from lms.plugins.quizzes.domain import files
from lms.plugins.quizzes.domain.files import CheckFile, QuizFile
from tests.plugins.quizzes.samples import TYPES, check_data, quiz_data, short

COURSES = Path("tests/sample_plugin/courses")
LESSON = ActivityContext("10-a/10-b/quiz.yaml", "HS-1.1", "lesson", frozenset({"o1"}), lang="en")
MODULE = ActivityContext("10-a/check.yaml", "HS-1", "module", frozenset({"HS-1.1 o1"}), lang="en")
TAGS = {"draw": 2, "tags": ["phishing"], "outcome": "o1"}


def use(name, outcome="o1", **more):
    return {"use": name, "outcome": outcome, **more}


def said(kind, data, ctx):
    return [(one.code, one.severity) for one in kind.offline().check(data, ctx)]


def test_what_only_the_bank_knows_is_named_once_and_all_else_is_checked(monkeypatch):
    monkeypatch.setattr(files, "known_types", lambda: TYPES)
    away = ("quiz-bank-away", "warning")
    assert said(QuizFile(), quiz_data(short("q2"), {"draw": 1, "pool": "p"}), LESSON) == [("quiz-draw-few", "error")]
    assert said(QuizFile(), quiz_data(short("q2"), use("b1"), TAGS, {**TAGS, "tags": ["other"]}), LESSON) == [away]
    assert said(QuizFile(), quiz_data(use("b1"), use("b1", prompt="Mine"), {**TAGS, "outcome": "o2"}), LESSON) == [
        ("quiz-unknown-key", "error"),
        ("quiz-unknown-outcome", "error"),
        away,
    ]
    told = QuizFile().offline().check(quiz_data(short("q2"), use("b1"), use("b2"), TAGS), LESSON)[0]
    assert told.what.endswith("Lines that need it: 3.")
    lent = [use(f"b{n}", "HS-1.1 o1", must_know=n < 3) for n in range(9)]
    assert said(CheckFile(), {**check_data(), "items": lent, "draw": 9}, MODULE) == [away]
    assert said(CheckFile(), {**check_data(), "items": lent, "draw": 2}, MODULE) == [("quiz-draw-low", "error"), away]
    twice = [*lent[:8], use("b1", "HS-1.1 o1")]
    assert said(CheckFile(), {**check_data(), "items": twice}, MODULE) == [("quiz-double-id", "error"), away]


def test_commands_say_in_a_line_what_they_cannot_look_up(tmp_path):
    shutil.copytree(COURSES / "pebbles", tmp_path / "courses" / "pebbles")
    module = tmp_path / "courses/pebbles/10-shore"
    (module / "check.yaml").unlink()
    lesson = module / "10-walk/lesson.md"
    lesson.write_text(lesson.read_text().replace(":::pebble", ":::note"))  # without the plugin that brings it
    (module / "10-walk/quiz.yaml").write_text(
        yaml.safe_dump({**quiz_data(short("q2"), use("b1"), TAGS), "id": "PB-1.1-q"})
    )
    run = create_app(Settings(data=tmp_path / "site", plugins=(*CORE, "quizzes"))).test_cli_runner().invoke

    def checked():
        return run(courses, ["check", "pebbles", "--folder", str(tmp_path / "courses")])

    result = checked()
    assert (result.exit_code, result.exception) == (0, None), result.output
    assert result.output.count("quiz-bank-away") == 1
    assert run(courses, ["list"]).output == "Error: No database can be read here.\n"
    exported = run(group, ["export", str(module), "--format", "gift"])
    assert (exported.exit_code, exported.output.count("\n")) == (1, 1)
    assert "no database can be read" in exported.output
    text = (module / "module.yaml").read_text()
    (module / "module.yaml").write_text(text.replace("title:", "titel:"))
    assert "error: " in checked().output
