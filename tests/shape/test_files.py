"""Names and sizes of files: a newcomer finds a thing by its name, and reads it in one go."""

from pathlib import Path

from tests.shape import tree


def test_every_file_has_a_known_role() -> None:
    assert tree.stray_names(tree.LMS) == []


def test_every_folder_of_a_plugin_is_a_package() -> None:
    """A folder without `__init__.py` works by accident in a checkout and is lost on the import linter."""
    missing = [
        path.parent.relative_to(tree.ROOT).as_posix()
        for path in tree.python_files(tree.LMS)
        if not (path.parent / "__init__.py").exists() and not tree.is_migration(path)
    ]
    assert sorted(set(missing)) == []


def test_files_fit_into_a_head() -> None:
    folders = [tree.LMS, tree.ROOT / "tests", tree.ROOT / "bench"]
    files = [*folders, tree.ROOT / "start.py", tree.ROOT / "wsgi.py", tree.ROOT / "hatch_build.py"]
    assert tree.too_long(tree.python_files(*files)) == []


def test_functions_fit_onto_a_screen() -> None:
    files = [tree.LMS, tree.ROOT / "bench", tree.ROOT / "start.py", tree.ROOT / "wsgi.py", tree.ROOT / "hatch_build.py"]
    assert tree.long_functions(tree.python_files(*files)) == []


def planted(root: Path, name: str, text: str = "") -> Path:
    path = root / "lms" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_planted_stray_names_are_found(tmp_path: Path) -> None:
    for name in ("core/accounts/api.py", "core/accounts/views/sign_in.py", "core/catalogue/compile/blocks.py"):
        planted(tmp_path, name)
    planted(tmp_path, "plugins/quizzes/templates/quizzes/result.html")
    assert tree.stray_names(tmp_path / "lms") == []
    planted(tmp_path, "plugins/quizzes/utils.py")
    planted(tmp_path, "plugins/quizzes/compile/blocks.py")
    planted(tmp_path, "plugins/quizzes/templates/other/result.html")
    assert tree.stray_names(tmp_path / "lms") == [
        "plugins/quizzes/compile",
        "plugins/quizzes/utils.py",
        "quizzes/templates/other",
    ]


def test_planted_lengths_are_found(tmp_path: Path) -> None:
    long = planted(tmp_path, "long.py", "x = 1\n" * 401)
    assert tree.too_long(iter([long])) == ["long.py: 401 lines"]
    body = "".join(f"    x = {n}\n" for n in range(40))
    function = planted(tmp_path, "function.py", f"def f():\n{body}")
    assert tree.long_functions(iter([function])) == ["function.py: f has 41 lines"]
    told = planted(tmp_path, "told.py", 'def f():\n    """Say.\n\n    More.\n    """\n' + body[: -len("    x = 39\n")])
    assert tree.long_functions(iter([told])) == []
    history = planted(tmp_path, "core/x/migrations/0001.py", "x = 1\n" * 401)
    assert tree.too_long(iter([history])) == []
