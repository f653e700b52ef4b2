"""Commands of the host: start, serve, worker, doctor, db, plugins, seed, backup."""

import shutil
import sys
import threading
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from lms.host import doctor, history, jobs, log, serve, temporary
from lms.host.app import create_app
from lms.host.audit_commands import audit_group
from lms.host.backup.commands import backup_group, restore_command
from lms.host.contributions import Starter
from lms.host.db import db, reader
from lms.host.docs import docs_command
from lms.host.i18n_commands import i18n_group
from lms.host.onion_commands import onion_group
from lms.host.plugin import BUNDLED, StartupError, current_host, fingerprint, installed
from lms.host.rotation import keys_group
from lms.host.seed_commands import seed_command
from lms.host.settings import Settings
from lms.host.skeleton import write_skeleton
from lms.host.startup import findings


@click.command()
@click.option("--demo/--no-demo", default=None, help="Make a demonstration site with labelled synthetic members.")
@click.option("--port", type=int, help="Port to listen on.")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the database, keys and files.")
def start(demo: bool | None, port: int | None, data: Path | None) -> None:  # noqa: FBT001 - a flag of the command line
    """Bring the database up to date, publish the courses and serve, in one go."""
    given = {"demo": demo, "port": port, "data": data}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    app = _begin(settings)
    with app.app_context():
        with db.engines[
            None
        ].connect() as connection:  # not the reading one: it would hold a new file's first write back
            late = history.pending(connection, current_host())
        if late:
            _upgrade()
        lines = run_starters(settings)
    serve.serve(app, settings, lambda: _announce(settings, lines))


@click.command("serve")
def serve_command() -> None:
    """Serve a site that is set up: web and worker in one process."""
    settings = Settings()
    app = _begin(settings)
    _refuse_pending(app)
    serve.serve(app, settings, lambda: _announce(settings, []))


@click.command()
def worker() -> None:
    """Run jobs apart from the web, until interrupted."""
    app = _begin(Settings())
    _refuse_pending(app)
    try:
        jobs.work(app, threading.Event())
    except KeyboardInterrupt:
        serve.checkpoint(app)


@click.command("doctor")
def doctor_command() -> None:
    """Check settings, files, keys, clock, database and every plugin; exit 1 if anything is wrong."""
    settings = Settings()
    if refused := doctor.refusals(settings):
        click.echo("\n".join(f"✗ {said}" for said in refused))
        sys.exit(1)
    with create_app(settings).app_context():
        late = history.pending(reader(), current_host())
        found = [] if late else findings(reader())
    for name in late:
        click.echo(f"✗ {name}: the database is older than the program. Run `lms db upgrade`.")
    for finding in found:
        click.echo(f"{'✓' if finding.ok else '✗'} {finding.text}{'' if finding.ok else ' ' + finding.mend}")
    if late or not all(finding.ok for finding in found):
        sys.exit(1)
    click.echo("All is well.")


check = click.Command("check", callback=doctor_command.callback, help="The same as `lms doctor`.")


database = AppGroup("db", help="Upgrade, revise and inspect the database.")


@database.command("upgrade")
def db_upgrade() -> None:
    """Bring every package's tables up to date."""
    click.echo("\n".join(_upgrade()) or "Nothing to do.")


def _upgrade() -> list[str]:
    from lms.host import migrate  # loading Alembic costs as much as a dozen pages; most starts need none of it
    from lms.host.backup.safety import kept_safe

    engine = db.engines[None]
    with engine.connect() as connection:
        late = history.pending(connection, current_host())
        connection.rollback()
    if not late:
        return []
    with kept_safe(current_app.config["LMS"], engine) as line:
        if line:
            click.echo(line)
        return migrate.upgrade(engine, current_host())


@database.command("downgrade")
@click.argument("package")
@click.argument("target")
def db_downgrade(package: str, target: str) -> None:
    """Take PACKAGE back to TARGET (a revision, -1 or base)."""
    from lms.host import migrate

    click.echo("\n".join(migrate.downgrade(db.engines[None], current_host(), package, target)))


@database.command("revision")
@click.argument("package")
@click.option("-m", "--message", required=True, help="What changes, in a few words.")
def db_revision(package: str, message: str) -> None:
    """Write a new migration for PACKAGE from its models."""
    from lms.host import migrate

    with db.engines[None].connect() as connection:
        path = migrate.revise(connection, current_host(), package, message)
    click.echo(f"Wrote {path.name}. Read it before you commit it.")


@database.command("drift")
def db_drift() -> None:
    """Compare models and database; exit 1 if they differ."""
    from lms.host import migrate

    with db.engines[None].connect() as connection:
        differences = migrate.drift(connection, current_host())
    click.echo("\n".join(differences) or "Models and database agree.")
    if differences:
        sys.exit(1)


@click.group()
def plugins() -> None:
    """See which plugins are installed and which run."""


@plugins.command("list")
def plugins_list() -> None:
    """List installed plugins, and the line to paste for those that do not run."""
    active = {name.partition("@")[0] for name in Settings().active_plugins}
    for name, module in installed().items():
        state = "runs" if name in active else "installed, does not run"
        wish = name if name in BUNDLED else f"{name}@{fingerprint(module)}"
        click.echo(f"{name}: {state}. LMS_PLUGINS entry: {wish}")


@click.group()
def plugin() -> None:
    """Write plugins."""


@plugin.command("new")
@click.argument("name")
@click.option("--folder", type=click.Path(path_type=Path), default=Path(), help="Where to put it.")
def plugin_new(name: str, folder: Path) -> None:
    """Write the skeleton of a plugin called NAME; its tests pass."""
    made = write_skeleton(name, folder)
    click.echo(f"Wrote {made}. Next: cd {made} && pip install -e . && python -m pytest")


def run_starters(settings: Settings) -> list[str]:
    """Run every plugin's start-up step; return what the operator must read."""
    lines: list[str] = []
    for starter in sorted(current_host().all(Starter), key=lambda item: item.order):
        lines += starter.run(settings.demo)
    return lines


def _announce(settings: Settings, lines: list[str]) -> None:
    where = "  or  ".join(serve.addresses(settings))
    told = ["", f"{settings.product} is ready:  {where}", *lines, *(_meaning_of_lms(settings) if lines else []), ""]
    click.echo("\n".join([*told, "Ctrl-C ends it."]))


def _meaning_of_lms(settings: Settings) -> list[str]:
    """Say how to call `lms` from another terminal, unless it is on the path and needs no setting."""
    program = Path(sys.argv[0]).resolve()
    known = shutil.which("lms")
    elsewhere = known is None or Path(known).resolve() != program
    moved = settings.folder != Path("data").resolve()
    call = f"{f'LMS_DATA={settings.folder} ' if moved else ''}{program if elsewhere else 'lms'}"
    return [f"Here lms means:          {call}"] if elsewhere or moved else []


def _begin(settings: Settings) -> Flask:
    """Make the application of a process that stays, and say what an operator should mend (OPS-1)."""
    log.configure()
    app = create_app(settings)
    temporary.settle(settings.folder / "tmp")
    for said in doctor.warnings(settings):
        click.echo(f"! {said}", err=True)
    return app


def _refuse_pending(app: Flask) -> None:
    with app.app_context():
        late = history.pending(reader(), current_host())
        durable = doctor.durability(reader())
    if not durable.ok:
        raise StartupError(f"{durable.text} {durable.mend}")
    if late:
        raise StartupError(f"The database is older than the program ({', '.join(late)}). Run `lms db upgrade`.")


core_commands: tuple[click.Command, ...] = (
    start,
    serve_command,
    worker,
    doctor_command,
    check,
    database,
    plugins,
    plugin,
    seed_command,
    backup_group,
    restore_command,
    audit_group,
    keys_group,
    onion_group,
    docs_command,
    i18n_group,
)
