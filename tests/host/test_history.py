"""What the start knows about migrations without Alembic is what Alembic says."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from lms.host import migrate
from lms.host.db import db
from lms.host.history import History, histories, pending
from lms.host.plugin import current_host


def test_heads_are_the_ones_alembic_finds(site) -> None:
    with site.app.app_context():
        found = histories(current_host())
    assert len(found) > 5
    for history in found:
        folder = str(history.folder)
        assert history.heads() == set(ScriptDirectory(folder, version_locations=[folder]).get_heads())


@pytest.mark.parametrize(
    ("texts", "heads"),
    [
        (['revision = "a"\ndown_revision = None'], {"a"}),
        (["revision: str = 'a'\ndown_revision: str | None = None", "revision = 'b'\ndown_revision = 'a'"], {"b"}),
        (['revision = "c"\ndown_revision = ("a", "b")', 'revision = "a"', 'revision = "b"'], {"c"}),
        (['revision = "a"', 'revision = "b"'], {"a", "b"}),
    ],
)
def test_forms_of_revisions(tmp_path: Path, texts: list[str], heads: set[str]) -> None:
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.py").write_text(text)
    assert History("x", tmp_path).heads() == heads


def test_a_package_behind_is_pending(site) -> None:
    with site.app.app_context():
        host = current_host()
        with db.engines["read"].connect() as connection:
            assert pending(connection, host) == []
        migrate.downgrade(db.engines[None], host, "organisations", "base")
        with db.engines["read"].connect() as connection:
            assert pending(connection, host) == ["organisations"]


def test_a_start_does_not_load_alembic() -> None:
    code = "import sys, lms.cli, lms.host.serve; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
