"""`lms backup`, its parts, and `lms restore`."""

import sys
from pathlib import Path

import click
from flask import Flask

from lms.host.app import create_app
from lms.host.contributions import AfterRestore
from lms.host.db import db, reader
from lms.host.plugin import current_host
from lms.host.rotation import rotate
from lms.host.security.current import vault
from lms.host.settings import Settings
from lms.host.startup import findings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
IDENTITY = click.option("--identity", type=FILE, required=True, help="File with the age identity that opens it.")


@click.group("backup", invoke_without_command=True)
@click.option(
    "--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="Another folder than LMS_BACKUPS."
)
@click.pass_context
def backup_group(ctx: click.Context, folder: Path | None) -> None:
    """Make an encrypted backup of a running site (BAK-1); the secret stays out."""
    if ctx.invoked_subcommand is not None:
        return
    from lms.host.backup import make  # no other command needs age; every start would pay for it

    made = make.make(Settings(), folder)
    click.echo(f"data  {made.data}  ({sum(made.facts.rows.values())} rows in {len(made.facts.rows)} tables)")
    click.echo(f"keys  {made.keys}  (to be deleted after {made.day + make.KEYS_LIFE}, also where you copy it to)")
    click.echo("It counts once `lms backup verify` has opened it. Keep secret.key in another place.")


@backup_group.command("key")
def key() -> None:
    """Make an age key and show it this once; nothing of it is kept."""
    from lms.host.backup import archive

    identity, recipient = archive.new_identity()
    click.echo("Keep this line in a file away from the server, for example on two USB sticks in two places:\n")
    click.echo(f"  {identity}\n")
    click.echo("It is not shown again and kept nowhere. The server gets this line only:\n")
    click.echo(f"  LMS_BACKUP_RECIPIENTS={recipient}")


@backup_group.command("verify")
@click.argument("file", type=FILE)
@IDENTITY
def verify_command(file: Path, identity: Path) -> None:
    """Prove that FILE can be restored: decrypt, check and count everything in it (BAK-2)."""
    from lms.host.backup import archive, verify

    secret = Settings().folder / "secret.key"
    own = secret.read_bytes() if secret.exists() else None
    found = verify.verify(file, archive.read_identity(identity), own)
    click.echo(f"{file.name}: {found.kind} of {found.day.isoformat()}, whole.")
    for table, rows in found.facts.rows.items():
        click.echo(f"{rows:>10} {table}")
    if own is None:
        click.echo("Which site made it was not checked: there is no secret.key here.")


@click.command("restore")
@click.argument("file", type=FILE)
@IDENTITY
@click.option("--keys", type=FILE, help="Backup of the key store, not over a week old.")
@click.option("--without-keys", is_flag=True, help="Restore without it: what people sealed stays closed for good.")
@click.option("--old-keys", is_flag=True, help="Take keys that are over a week old, if there are no later ones.")
@click.option("--old-secret", type=FILE, help="The secret.key of the backup's day, if it was rotated since.")
def restore_command(
    *, file: Path, identity: Path, keys: Path | None, without_keys: bool, old_keys: bool, old_secret: Path | None
) -> None:
    """Restore the data in FILE into an empty place that has its secret.key (BAK-3)."""
    from lms.host.backup import archive, restore

    if (keys is None) != without_keys:
        raise click.UsageError("Say either --keys FILE or --without-keys.")
    settings = Settings()
    opener = archive.read_identity(identity)
    restore.restore(settings, file, keys, opener, old_keys=old_keys, old_secret=old_secret)
    click.echo("Data, files and keys are in place." if keys else "Data and files are in place, without keys.")
    app = create_app(settings)
    for line in finish(app):
        click.echo(line)
    with app.app_context():
        found = findings(reader())
    for finding in found:
        click.echo(f"{'✓' if finding.ok else '✗'} {finding.text}{'' if finding.ok else ' ' + finding.mend}")
    if not all(finding.ok for finding in found):
        sys.exit(1)


def finish(app: Flask) -> list[str]:
    """Bring a restored database up to date and do again what was done since; return what was done."""
    from lms.host import migrate  # loading Alembic costs as much as a dozen pages

    with app.app_context():
        lines = migrate.upgrade(db.engines[None], current_host())
        if vault().ring().turning:
            lines.append(f"{rotate(0)} values are under the new keys.")
        for after in current_host().all(AfterRestore):
            lines.append(after.run(db.session()))
            db.session.commit()
        return [line for line in lines if line]
