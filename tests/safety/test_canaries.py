"""LOG-1, SES-6, ACC-11: a marked person goes through the site; then every byte on disk is searched for the marks."""

import hashlib
import logging
from pathlib import Path

import pytest
from flask import request
from sqlalchemy import make_url, text

from lms.host import jobs
from lms.host.backup import archive
from tests.safety.marked import ADDRESS, TEXTS, visit

pytestmark = [pytest.mark.safety, pytest.mark.pdf]


@pytest.fixture
def marked_site(make_site, tmp_path):
    """A site that writes backups, as real ones do."""
    _identity, recipient = archive.new_identity()
    backups = tmp_path / "backups"
    backups.mkdir()
    return make_site(backup_recipients=(recipient,), backups=str(backups)), backups


def with_server(found):
    """Add the files of the database, flushed, to the places that are searched."""
    url = make_url(found.site.settings.database_url)
    if url.get_backend_name() == "postgresql":
        with found.site.session() as session:
            session.execute(text("CHECKPOINT"))
            own = session.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        folder = Path(url.query["host"]) / "data" / "base" / str(own)
        assert folder.is_dir()
        found.places.append(folder)
    return found


def test_log_1_no_mark_is_found_in_any_byte_on_disk(marked_site, monkeypatch, frozen_clock):
    """LOG-1, SES-2, SES-6, ACC-11, ENC-2, ENC-3: address, agent, name, words, codes and texts of a whole visit: 0 found."""
    site, backups = marked_site
    found = with_server(visit(site, monkeypatch, frozen_clock, backups))
    names = {path.name for place in found.places for path in Path(place).rglob("*") if path.is_file()}
    assert "veer.log" in names
    assert any(name.endswith(".data.age") for name in names)
    assert "fault" in (site.settings.folder / "veer.log").read_text()
    assert found.found() == []


@pytest.mark.database("sqlite")  # a detector finds the same on both
def test_log_1_control_a_logger_that_writes_the_address_is_found(marked_site, monkeypatch, frozen_clock):
    """LOG-1: planted fault: one line of a log with the address in a field that is allowed."""
    site, backups = marked_site
    site.app.before_request_funcs.setdefault(None, []).append(
        lambda: logging.getLogger("lms.app").warning("asked", extra={"detail": request.remote_addr})
    )
    found = visit(site, monkeypatch, frozen_clock, backups)
    assert "address in veer.log" in found.found()


def test_log_1_control_a_temporary_file_and_a_digest_are_found(marked_site, monkeypatch, frozen_clock):
    """LOG-1, OPS-4: planted faults: what an export would leave behind, and a digest that all addresses can be tried on.

    ENC-3: and the passphrase in a job, as one that goes on for somebody who has left would need it.
    """
    site, backups = marked_site
    found = visit(site, monkeypatch, frozen_clock, backups)
    (site.settings.folder / "tmp" / "left").write_bytes(hashlib.sha256(ADDRESS.encode()).digest())
    (backups / "clear").write_text(TEXTS["sheet"])
    assert found.found() == ["address in left", "sheet in clear"]
    with site.session() as session:
        jobs.enqueue(session, "accounts.copy", {"words": found.passphrase}, delay=3600)
    assert {hit.partition(" in ")[0] for hit in with_server(found).found()} == {"address", "sheet", "passphrase"}
