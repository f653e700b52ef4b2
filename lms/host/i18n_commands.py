"""`lms i18n`: the interface catalogues of the suite, or of one plugin's package."""

import sys
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path

import click


@click.group("i18n")
def i18n_group() -> None:
    """Collect, merge and check the words of the interface."""


_package = click.option("--package", default="lms", show_default=True, help="Python package whose strings are meant.")


@i18n_group.command("extract")
@_package
def extract_command(package: str) -> None:
    """Write messages.pot from the source of the package."""
    from lms.host import catalogues, i18n_tools

    source, translations = _places(package)
    translations.mkdir(exist_ok=True)
    template = i18n_tools.extract(source, project=_project(package))
    path = translations / f"{catalogues.DOMAIN}.pot"
    path.write_bytes(i18n_tools.template_text(template))
    click.echo(f"{path}: {len(template)} strings")


@i18n_group.command("update")
@_package
@click.argument("languages", nargs=-1)
def update_command(package: str, languages: Sequence[str]) -> None:
    """Merge new and changed strings into each language's catalogue.

    A string that changed a little keeps its old translation, marked fuzzy; it is not shown until somebody has looked.
    Without LANGUAGES, those that have a catalogue already.
    """
    from lms.host import i18n_tools

    source, translations = _places(package)
    template = i18n_tools.extract(source, project=_project(package))
    for path in i18n_tools.update(translations, template, languages or _begun(translations)):
        click.echo(f"{path}: merged")


@i18n_group.command("check")
@_package
def check_command(package: str) -> None:
    """Report everything wrong with the catalogues; exit 1 if there is anything."""
    from lms.host import i18n_tools

    source, translations = _places(package)
    template = i18n_tools.extract(source, project=_project(package))
    findings = i18n_tools.check(translations, template, _begun(translations))
    click.echo("\n".join(str(finding) for finding in findings) or "All catalogues are complete.")
    if findings:
        sys.exit(1)


def _begun(translations: Path) -> list[str]:
    return sorted(path.parent.parent.name for path in translations.glob("*/LC_MESSAGES/messages.po"))


def _project(package: str) -> str:
    return "Veer" if package == "lms" else package


def _places(package: str) -> tuple[Path, Path]:
    """Return the package's folder and that of its catalogues: ours stand beside the package, a plugin's inside."""
    try:
        with as_file(files(package)) as folder:
            inside = folder / "translations"
            return folder, folder.parent / "translations" if package == "lms" else inside
    except ModuleNotFoundError as error:
        message = f"There is no installed package {package!r}."
        raise click.ClickException(message) from error
