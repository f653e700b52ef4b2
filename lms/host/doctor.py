"""Is this site safe to run: one rule for each thing that can be wrong (OPS-1, OPS-2).

The rules run at each start, in `lms doctor` and on the operator's page. What must hold before anybody's data is at stake
stops the start; a demonstration on this machine may be less strict and is only told.
"""

import os
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import Connection, func, select

from lms.host import clock, db
from lms.host.contributions import Finding, Health
from lms.host.i18n import gettext as _
from lms.host.plugin import BUNDLED
from lms.host.security.audit import Entry
from lms.host.security.passphrases import FLOOR, Hasher
from lms.host.security.ring import UnsafeSecret, load_secret
from lms.host.settings import LOOPBACK, Settings

OTHERS = 0o077
LONGEST_LIST = 3
BUILT = datetime(2026, 1, 1, tzinfo=UTC)
ONION_NAME = 56
WAL_RESET_MENDED = (3, 51, 3)  # DUR-3: before that, two checkpoints at once could damage the database


@dataclass(frozen=True)
class Rule:
    """One thing that must hold.

    Args:
        key: its name, and that of its line of health.
        check: returns what is wrong and what to do, or nothing.
        good: what to say when it holds.
        stops: whether the site does not start otherwise; a demonstration still does.
        always: whether it stops a demonstration too.

    """

    key: str
    check: Callable[[Settings], str]
    good: Callable[[], str]
    stops: bool = False
    always: bool = False


# ---------------------------------------------------------------- settings
def debug(settings: Settings) -> str:
    """Debug mode shows code and memory to everybody."""
    on = os.environ.get("FLASK_DEBUG", "").lower() not in ("", "0", "false", "no")
    return _("Debug mode is on: unset FLASK_DEBUG.") if on else ""


def hosts(settings: Settings) -> str:
    """Without names the site would answer to any (NET-6)."""
    return "" if settings.hosts else _("LMS_HOSTS is empty: name the hosts that the site answers to.")


def demonstration(settings: Settings) -> str:
    """Codes of a demonstration are printed at each start (settled 29)."""
    if not settings.demo or settings.bind in LOOPBACK:
        return ""
    return _("A demonstration site binds to the loopback address only: unset LMS_DEMO or LMS_BIND.")


def tls(settings: Settings) -> str:
    """Plain http shows everything to the network; onion addresses bring their own encryption."""
    public = [host for host in settings.hosts if host not in LOOPBACK and not host.endswith(".onion")]
    if not public or settings.https:
        return ""
    return _("Public host names need TLS: put a proxy in front and set LMS_HTTPS=1.")


def onion(settings: Settings) -> str:
    """A wrong name would lead people who want the onion address to somebody else's (NET-8)."""
    name, dot, rest = settings.onion.partition(".")
    if settings.onion and (not dot or rest != "onion" or len(name) != ONION_NAME):
        return _("LMS_ONION is no onion name: 56 characters and .onion.")
    if settings.onion and settings.onion not in settings.hosts:
        return _("LMS_ONION is not in LMS_HOSTS: the site would not answer there.")
    return ""


def exit_page(settings: Settings) -> str:
    """Leave must not hand people over in the clear."""
    return "" if settings.exit_url.startswith("https://") else _("LMS_EXIT_URL must begin with https://.")


def recipients(settings: Settings) -> str:
    """A site without backups loses everything with its disk (BAK-1)."""
    if settings.demo or settings.backup_recipients:
        return ""
    return _("No backup can be made: run lms backup key and set LMS_BACKUP_RECIPIENTS.")


def drill(settings: Settings) -> str:
    """The identity that opens backups is a secret of the first order."""
    path = Path(settings.drill_identity) if settings.drill_identity else None
    if path is None or not path.exists() or not path.stat().st_mode & OTHERS:
        return ""
    return _("Others can read the file of LMS_DRILL_IDENTITY: chmod 600 it.")


def environment(settings: Settings) -> str:
    """What stands in the environment is inherited by every child process and shown by the system (OPS-2)."""
    address = os.environ.get("LMS_DATABASE", "")
    if ":" not in address.partition("://")[2].rpartition("@")[0]:
        return ""
    return _("LMS_DATABASE holds a password: use a socket, a service file or the file named by LMS_CONFIG.")


def config(settings: Settings) -> str:
    """The file of settings may hold a password."""
    named = os.environ.get("LMS_CONFIG", "")
    if not named or not Path(named).exists() or not Path(named).stat().st_mode & stat.S_IROTH:
        return ""
    return _("Everybody can read the file named by LMS_CONFIG: chmod 600 it.")


# ---------------------------------------------------------------- files and keys
AUTHORED = frozenset({"courses", "templates"})  # what people write and copy here holds nothing about anybody


def secret(settings: Settings) -> str:
    """The operator secret: there, whole, and nobody else's to read."""
    path = settings.folder / "secret.key"
    if not path.exists():
        known = settings.folder / "keys.db"
        return _("secret.key is missing: restore it from your safe place.") if known.exists() else ""
    if path.stat().st_mode & OTHERS:
        return _("secret.key can be read by others: chmod 600 it.")
    try:
        load_secret(path)
    except UnsafeSecret:
        return _("secret.key does not hold 32 bytes: restore it from your safe place.")
    return ""


def folder(settings: Settings) -> str:
    """Everything below the data folder is its owner's alone (OPS-2)."""
    if not settings.folder.exists():
        return ""
    if settings.folder.stat().st_mode & OTHERS:
        return _("The data folder can be read by others: chmod 700 it.")
    open_ones = [
        path.name for path in sorted(settings.folder.iterdir()) if path.name not in AUTHORED and _exposed(path)
    ]
    if not open_ones:
        return ""
    return _(
        "Others can read in the data folder: %(names)s. Take their rights away.",
        names=", ".join(open_ones[:LONGEST_LIST]),
    )


def _exposed(path: Path) -> bool:
    mode = path.lstat().st_mode
    return not stat.S_ISLNK(mode) and bool(mode & OTHERS)


def root(settings: Settings) -> str:
    """A fault in a program of root is a fault in everything (OPS-3)."""
    if settings.demo or os.geteuid() != 0:
        return ""
    return _("The site runs as root: give it a user of its own.")


def plugins(settings: Settings) -> str:
    """Only bytes that an operator named run (PLG-1); loading refuses all others, this says it before."""
    bare = [name for name in settings.plugins if "@" not in name and name not in BUNDLED]
    if not bare:
        return ""
    return _("These plugins have no hash: %(names)s. Run lms plugins list.", names=", ".join(bare))


def time(settings: Settings) -> str:
    """A clock in the past lets ended sign-ins and codes live again (DUR-11)."""
    return "" if clock.now() >= BUILT else _("The clock is wrong: it shows a day before this program was made.")


RULES = (
    Rule("debug", debug, lambda: _("Debug mode is off."), stops=True, always=True),
    Rule("hosts", hosts, lambda: _("The site answers to named hosts only."), stops=True, always=True),
    Rule("demonstration", demonstration, lambda: _("No demonstration is open to others."), stops=True, always=True),
    Rule("tls", tls, lambda: _("Nothing public is served without TLS."), stops=True),
    Rule("onion", onion, lambda: _("The onion name fits."), stops=True),
    Rule("exit", exit_page, lambda: _("Leave ends on a page with TLS.")),
    Rule("recipients", recipients, lambda: _("Backups have recipients, or this is a demonstration.")),
    Rule("drill", drill, lambda: _("No key that opens backups lies open."), stops=True),
    Rule("environment", environment, lambda: _("The environment holds no password.")),
    Rule("config", config, lambda: _("The file of settings is not open to everybody."), stops=True),
    Rule("secret", secret, lambda: _("The operator secret is safe."), stops=True, always=True),
    Rule("folder", folder, lambda: _("Nobody else can read the data folder."), stops=True),
    Rule("root", root, lambda: _("The site does not run as root, or is a demonstration.")),
    Rule("plugins", plugins, lambda: _("Every plugin from outside has its hash."), stops=True, always=True),
    Rule("clock", time, lambda: _("The clock is not in the past."), stops=True),
)


def refusals(settings: Settings) -> list[str]:
    """Return why a site must not start with these settings; empty when it may."""
    wrong = [(rule, rule.check(settings)) for rule in RULES if rule.stops]
    return [said for rule, said in wrong if said and (rule.always or not settings.demo)]


def warnings(settings: Settings) -> list[str]:
    """Return what is wrong and does not stop the start."""
    stopping = refusals(settings)
    return [said for rule in RULES if (said := rule.check(settings)) and said not in stopping]


# ---------------------------------------------------------------- what needs the running application
def argon2(conn: Connection) -> Finding:
    """Hashing below the floor is refused when it is set up (ACC-4); this shows what it is."""
    hasher: Hasher = current_app.extensions["lms_hasher"]
    if hasher.cost.memory_kib < FLOOR.memory_kib or hasher.cost.passes < FLOOR.passes:
        return Finding(ok=False, text=_("Guessing passphrases is too cheap here."), mend=_("Use the usual parameters."))
    return Finding(ok=True, text=_("Passphrases are hashed with %(cost)s.", cost=str(hasher.cost)))


def durability(conn: Connection) -> Finding:
    """SQLite must be in WAL with full synchronisation, and fold its log only where we say so (DUR-1, DUR-3)."""
    if conn.dialect.name != "sqlite":
        return Finding(ok=True, text=_("The database is PostgreSQL."))
    with db.db.engines[None].connect() as writer:
        raw = writer.connection
        found = {
            name: raw.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "wal_autocheckpoint")
        }
    version = sqlite3.sqlite_version
    if found != {"journal_mode": "wal", "synchronous": 2, "wal_autocheckpoint": 0}:
        mend = _("Put the data folder on a local disk that can be locked and mapped.")
        return Finding(ok=False, text=_("SQLite %(version)s does not keep what it says.", version=version), mend=mend)
    if sqlite3.sqlite_version_info < WAL_RESET_MENDED:
        return Finding(
            ok=True,
            text=_(
                "SQLite %(version)s: its log is folded by one writer at a time, which this old version needs.",
                version=version,
            ),
        )
    return Finding(ok=True, text=_("SQLite %(version)s writes through to the disk.", version=version))


def forwards(conn: Connection) -> Finding:
    """The last entry of the audit must not be of a day to come (DUR-11)."""
    last = conn.scalar(select(func.max(Entry.day)))
    if last is not None and last > clock.today():
        return Finding(ok=False, text=_("The clock went back: the audit knows a later day."), mend=_("Set it right."))
    return Finding(ok=True, text=_("The clock agrees with the audit."))


def _health(rule: Rule) -> Health:
    def check(conn: Connection) -> Finding:
        said = rule.check(current_app.config["LMS"])
        return Finding(ok=not said, text=said or rule.good())

    return Health(f"host.{rule.key}", check)


health = (
    *map(_health, RULES),
    Health("host.argon2", argon2),
    Health("host.durability", durability),
    Health("host.forwards", forwards),
)
