"""`lms onion config`: what Tor and the site need so that the site answers at an onion address (NET-8)."""

from pathlib import Path

import click
from flask.cli import AppGroup

from lms.host.settings import LOOPBACK, Settings

PLACE = Path("/var/lib/tor/veer")
NAME_LENGTH = 56 + len(".onion")

onion_group = AppGroup("onion", help="Answer at an onion address.")

TORRC = """# torrc. Tor ends the connection on this machine: no proxy and no certificate are needed.
HiddenServiceDir {place}
HiddenServiceVersion 3
HiddenServicePort 80 {bind}:{port}
HiddenServicePoWDefensesEnabled 1
SafeLogging 1
Log notice syslog
"""
NEXT = """# Put this into torrc, restart Tor, and read the name it made:
#   cat {place}/hostname
# Then run:  lms onion config --name THAT-NAME
"""
SITE = """# Settings of the site, in the file named by LMS_CONFIG:
hosts = [{hosts}]
{announce}"""
ANNOUNCE = 'onion = "{name}"             # pages of the other addresses point to it, for Tor Browser only\n'
ALONE = "https = false                # onion addresses bring their own encryption\n"


@onion_group.command("config")
@click.option("--name", default="", help="The onion name that Tor made; without it, the one in the settings.")
def config(name: str) -> None:
    """Print the lines for torrc and the settings that go with them."""
    settings = Settings()
    name = name or settings.onion
    bind = settings.bind if settings.bind in LOOPBACK else "127.0.0.1"
    click.echo(TORRC.format(place=PLACE, bind=bind, port=settings.port))
    if not name:
        click.echo(NEXT.format(place=PLACE), nl=False)
        return
    if len(name) != NAME_LENGTH or not name.endswith(".onion"):
        raise click.BadParameter("An onion name has 56 characters and ends in .onion.", param_hint="--name")
    public = [host for host in settings.hosts if host not in LOOPBACK and host != name]
    hosts = ", ".join(f'"{host}"' for host in (*settings.hosts, *(() if name in settings.hosts else (name,))))
    announce = ANNOUNCE.format(name=name) if public else ALONE
    click.echo(SITE.format(hosts=hosts, announce=announce), nl=False)
