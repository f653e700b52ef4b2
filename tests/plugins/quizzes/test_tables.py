"""Models and migrations say the same."""

from lms.host import migrate
from lms.host.db import db
from lms.host.plugin import current_host


def test_models_and_migrations_agree(site):
    with site.app.app_context(), db.engines[None].connect() as conn:
        assert [line for line in migrate.drift(conn, current_host()) if line.startswith("quizzes")] == []


def test_migrations_go_down_and_up_again(site):
    with site.app.app_context():
        host = current_host()
        steps = [f"quizzes_000{number}" for number in range(1, 6)]
        assert migrate.downgrade(db.engines[None], host, "quizzes", "base") == steps[::-1]
        assert migrate.upgrade(db.engines[None], host) == steps
