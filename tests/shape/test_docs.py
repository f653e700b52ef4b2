"""Documentation that cannot fall behind: generated pages are equal to the code, links lead somewhere, fields are explained."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.host import docs
from lms.host.settings import Settings
from tests.shape.tree import ROOT

LINK = re.compile(r"\]\(([^)#\s]+)(#[^)\s]+)?\)")
PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")


def pages() -> Iterator[Path]:
    yield from (ROOT / name for name in PAGES)
    yield from sorted((ROOT / "docs").rglob("*.md"))


def dead_links(page: Path) -> list[str]:
    """Return relative links of a page that lead to no file."""
    return [
        target
        for target, _ in LINK.findall(page.read_text())
        if "://" not in target and not (page.parent / target).exists()
    ]


@pytest.mark.parametrize("name", ["settings.md", "extension-points.md", "data.md"])
def test_generated_pages_are_up_to_date(name: str) -> None:
    assert (ROOT / "docs" / name).read_text() == docs.pages()[name], "run `lms docs`"


def test_every_setting_says_what_it_decides() -> None:
    assert [name for name, field in Settings.model_fields.items() if len(field.description or "") < 15] == []


def test_every_kind_of_contribution_and_event_is_described() -> None:
    """A new extension point without a docstring shows an empty line below its import."""
    text = docs.points_page()
    undescribed = re.findall(r"### (\w+)\n\n`from [^`]+`\n\n\n", text)
    assert undescribed == []
    for name in ("Views", "Panel", "Reaction", "QuestionType", "PersonalData"):
        assert f"### {name}\n" in text


def test_a_class_without_docstring_would_be_found() -> None:
    class Silent:
        pass

    shown = docs._kind(docs.Named("lms.x.api", "Silent", Silent))
    assert re.findall(r"### (\w+)\n\n`from [^`]+`\n\n\n", shown) == ["Silent"]


def test_links_between_pages_lead_somewhere(tmp_path: Path) -> None:
    assert {page.name: found for page in pages() if (found := dead_links(page))} == {}
    (tmp_path / "page.md").write_text("[gone](gone.md) [there](page.md) [out](https://example.org)")
    assert dead_links(tmp_path / "page.md") == ["gone.md"]


def test_every_page_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    top = [path.name for path in (ROOT / "docs").glob("*.md")]
    assert [name for name in top if f"docs/{name}" not in readme] == []
