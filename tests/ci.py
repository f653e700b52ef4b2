"""In CI a skipped test is a failure: what was not run has not passed. Only the corpora may be absent, which is said."""

import os

import pytest

CORPORA = "VEER_CORPORA"
_skipped: list[str] = []
_without_corpora: list[str] = []


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _note(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    _note(report)


def _note(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        group = _without_corpora if CORPORA in str(report.longrepr) else _skipped
        group.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if in_ci() and _skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _without_corpora:
        terminalreporter.write_line(f"{len(_without_corpora)} tests had no corpora: {CORPORA} names no folder.")
    if in_ci() and _skipped:
        terminalreporter.write_line(f"In CI no test may be skipped: {', '.join(_skipped)}", red=True)
