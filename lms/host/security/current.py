"""The vault, the hasher and the key store of the application that is answering now, made when first needed."""

from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from flask import current_app

from lms.host.security.keystore import KeyStore
from lms.host.security.passphrases import Hasher
from lms.host.security.sealed import Vault
from lms.host.settings import Settings

T = TypeVar("T")
_making = Lock()


def vault() -> Vault:
    """Return the subkeys of this site's operator secret."""
    return _kept("lms_vault", lambda: Vault(current_app.config["LMS_SECRET"]))


def hasher() -> Hasher:
    """Return what hashes passphrases; the test factory puts a cheap one in its place."""
    pepper = vault().pepper
    return _kept("lms_hasher", lambda: Hasher(pepper))


def keystore() -> KeyStore:
    """Return where wrapped private keys live."""
    return _kept("lms_keystore", _open_keystore)


def _open_keystore() -> KeyStore:
    settings: Settings = current_app.config["LMS"]
    if settings.database_url.startswith("sqlite"):
        return KeyStore.on_file(settings.folder / "keys.db")
    return KeyStore.on_server(settings.database_url)


def _kept(name: str, make: Callable[[], T]) -> T:
    known = current_app.extensions
    if name not in known:
        with _making:
            if name not in known:
                known[name] = make()
    kept: T = known[name]
    return kept
