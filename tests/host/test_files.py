"""Files are put in place whole (DUR-7)."""

import os
from pathlib import Path

import pytest

from lms.host.files import write_whole


def broken(*_args):
    raise OSError(28, "No space left on device")


def test_dur_7_what_cannot_be_written_leaves_the_old_file(tmp_path, monkeypatch):
    """DUR-7: a full disk, when it is written, when it is made safe, or when it takes its place; nothing else is left."""
    target = tmp_path / "quiz.yaml"
    target.write_text("old")
    target.chmod(0o640)
    for place in ((os, "fdopen"), (os, "fsync"), (Path, "replace")):
        with monkeypatch.context() as patch:
            patch.setattr(*place, broken)
            with pytest.raises(OSError, match="No space"):
                write_whole(target, b"new")
        assert target.read_text() == "old"
        assert [one.name for one in tmp_path.iterdir()] == ["quiz.yaml"]
    write_whole(target, b"new")
    assert (target.read_text(), target.stat().st_mode & 0o777) == ("new", 0o640)


def test_dur_7_planted_writing_over_the_old_file_loses_it(tmp_path, monkeypatch):
    """DUR-7, planted fault: the plain way leaves neither the old file nor the new one."""
    target = tmp_path / "quiz.yaml"
    target.write_text("old")
    with pytest.raises(OSError, match="No space"), target.open("wb"):
        broken()
    assert target.read_text() == ""


def test_a_new_file_a_link_and_a_pipe(tmp_path):
    write_whole(tmp_path / "new", b"1")
    (tmp_path / "link").symlink_to("new")
    write_whole(tmp_path / "link", b"2")
    assert ((tmp_path / "new").read_bytes(), (tmp_path / "link").is_symlink()) == (b"2", True)
    write_whole(Path(os.devnull), b"3")
    assert not Path(os.devnull).is_file()
