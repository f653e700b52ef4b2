"""What no code of ours may hold, with a planted fault for each rule (SUP-4, INJ-1)."""

import pytest

from tests.shape import forbidden, rules, tree

pytestmark = pytest.mark.safety
# Rules of SUP-4 that stand in rules.py; the others stand in forbidden.py.
ELSEWHERE = {"remote_addr": "limits.allow(request.remote_addr)", "set_cookie": "response.set_cookie('s', token)"}


def test_sup_4_no_code_holds_what_is_forbidden() -> None:
    """SUP-4, INJ-1, ENC-12: no SQL from strings, no shell, eval, pickle or import of what people say; nor the other rules."""
    found = [
        line
        for path in tree.python_files(tree.LMS)
        if "migrations" not in path.parts
        for line in forbidden.found(path.relative_to(tree.LMS).as_posix(), path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize("rule", forbidden.RULES, ids=lambda rule: rule.name)
def test_sup_4_each_rule_finds_its_bad_samples_and_passes_the_good_one(rule: forbidden.Forbidden) -> None:
    """SUP-4: a rule that finds nothing is no rule; one that finds everything neither."""
    for bad in rule.bad:
        assert [line for line in forbidden.found("core/x/actions.py", bad) if line.endswith(rule.name)], bad
    assert list(forbidden.found("core/x/actions.py", rule.good)) == []
    for place in rule.allowed:
        assert (tree.LMS / place).exists(), "an exception for a file that is gone"


@pytest.mark.parametrize("bad", ELSEWHERE.values(), ids=ELSEWHERE)
def test_sup_4_addresses_and_cookies_are_looked_for_too(bad: str) -> None:
    """SUP-4: `remote_addr` and session cookies."""
    assert list(rules.broken_rules("core/x/actions.py", bad))
