"""The settings, the vault, the hasher and the key store of the application that is answering now, made when needed."""

from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from flask import current_app

from lms.host.security.keystore import KeyStore
from lms.host.security.network import Buckets
from lms.host.security.passphrases import Hasher
from lms.host.security.sealed import Vault
from lms.host.settings import Settings

T = TypeVar("T")
_making = Lock()


def settings() -> Settings:
    """Return the settings of this site."""
    found: Settings = current_app.config["LMS"]
    return found


def vault() -> Vault:
    """Return the subkeys of this site's operator secret."""
    return _kept("lms_vault", lambda: Vault(current_app.config["LMS_SECRET"]))


def hasher() -> Hasher:
    """Return what hashes passphrases; the test factory puts a cheap one in its place."""
    pepper = vault().pepper
    return _kept("lms_hasher", lambda: Hasher(pepper))


def keystore() -> KeyStore:
    """Return where wrapped private keys live."""
    return _kept("lms_keystore", lambda: open_keystore(settings()))


def spare_buckets() -> Buckets:
    """Return the counters that live in memory only."""
    return _kept("lms_buckets", Buckets)


def open_keystore(site: Settings) -> KeyStore:
    """Open the key store of a site, also where no application runs."""
    if site.database_url.startswith("sqlite"):
        return KeyStore.on_file(site.folder / "keys.db")
    return KeyStore.on_server(site.database_url)


def _kept(name: str, make: Callable[[], T]) -> T:
    known = current_app.extensions
    if name not in known:
        with _making:
            if name not in known:
                known[name] = make()
    kept: T = known[name]
    return kept
