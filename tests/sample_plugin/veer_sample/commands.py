"""The sample's command."""

import click
from flask.cli import with_appcontext

from lms.host.db import reader
from veer_sample.queries import total


@click.command("pebbles")
@with_appcontext
def pebbles() -> None:
    """Count all pebbles."""
    click.echo(total(reader()))
