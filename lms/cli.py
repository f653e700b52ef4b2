"""The `lms` command: what the host brings and what the plugins contribute."""

import gc
import os
import sys

import click
from flask import Flask
from flask.cli import AppGroup, ScriptInfo

from lms.host import temporary
from lms.host.app import create_app, load_plugins
from lms.host.commands import core_commands
from lms.host.contributions import Command
from lms.host.plugin import StartupError
from lms.host.settings import Settings


class Suite(AppGroup):
    """A group that finds the plugins' commands only when it is asked for one of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every command's name."""
        return sorted({*super().list_commands(ctx), *_contributed(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by name."""
        return super().get_command(ctx, cmd_name) or _contributed(ctx).get(cmd_name)


def _contributed(ctx: click.Context) -> dict[str, click.Command]:
    del ctx
    host = load_plugins(Settings())
    return {command.key: command.command for command in host.all(Command)}


def _create_app() -> Flask:
    settings = Settings()
    gc.disable()  # nothing of a start is garbage; to look for some while it grows is a tenth of it
    app = create_app(settings)
    gc.freeze()  # nor later: collections need not go through it
    gc.enable()
    temporary.settle(settings.folder / "tmp")
    return app


@click.group(cls=Suite, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def lms(ctx: click.Context) -> None:
    """Run and look after a Veer site.

    Settings come from the environment (LMS_…) and from the TOML file named by LMS_CONFIG;
    docs/settings.md lists them. Start with `lms start --demo` or read `lms start --help`.
    """
    ctx.obj = ScriptInfo(create_app=_create_app)


for command in core_commands:
    lms.add_command(command)


def main() -> None:
    """Run the command line; a mistake that an operator can mend is one line, not a traceback."""
    os.umask(0o077)  # nothing that a command writes is anybody else's to read (OPS-2)
    try:
        lms(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (StartupError, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except click.Abort:
        sys.exit(130)
