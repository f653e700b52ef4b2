"""The application, put together in the order in which it is written here."""

import logging
import secrets
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, current_app, g, request
from flask.sessions import SecureCookieSession, SessionInterface
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from lms.host import compress, db, doctor, i18n, own, room, static_files, templating, web
from lms.host.addresses import LateRule, one_of
from lms.host.contributions import Contribution, Views
from lms.host.kept import Kept
from lms.host.locks import Busy
from lms.host.plugin import Host, StartupError, discover
from lms.host.security.headers import SecurityHeaders
from lms.host.security.passphrases import Gate, Hasher
from lms.host.security.sealed import Vault
from lms.host.settings import Settings
from lms.host.startup import check_contributions, check_models
from lms.host.storage import FolderStorage

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger("lms.app")

MOST_BODY = 1024 * 1024
MOST_DRAWN = 512
MOST_KEPT_PAGES = 128
MOST_PARTS = 1000


class NoSession(SessionInterface):
    """Flask's own signed session is unused: identity lives in a server-side row (SES-1)."""

    def open_session(self, app: Flask, request: Any) -> SecureCookieSession:
        """Return an empty session that is never sent."""
        del app, request
        return SecureCookieSession()

    def save_session(self, app: Flask, session: Any, response: Any) -> None:
        """Send nothing."""


def create_app(settings: Settings | None = None, *, extra: Sequence[Contribution] = ()) -> Flask:
    """Build the application.

    Args:
        settings: where they are not given, they come from the environment and LMS_CONFIG.
        extra: contributions of a site that mounts the suite.

    Raises:
        StartupError: something unsafe or inconsistent; the message says what to mend.

    """
    settings = settings or Settings()
    settings.prepare()
    if problems := doctor.refusals(settings):
        raise StartupError("\n".join(problems))
    app = Flask("lms", static_folder=None, template_folder=None)
    app.request_class = web.Asked
    app.url_rule_class = LateRule
    app.config.update(
        LMS=settings,
        LMS_SECRET=settings.secret(),
        MAX_CONTENT_LENGTH=MOST_BODY,
        MAX_FORM_MEMORY_SIZE=MOST_BODY,
        MAX_FORM_PARTS=MOST_PARTS,
    )
    app.session_interface = NoSession()
    app.extensions["lms"] = host = load_plugins(settings, extra)
    app.extensions["lms_vault"] = vault = Vault(settings.secret(), settings.folder / "secret.key")
    app.extensions["lms_hasher"] = Hasher(vault.pepper, gate=Gate.among(settings.threads))
    app.extensions["lms_storage"] = FolderStorage(settings.folder / "files")
    check_models(host)
    check_contributions(host)
    db.init_app(app, settings)
    _speak(app, settings, host)
    static = static_files.prepare(host, settings.folder / "cache")
    app.extensions["lms_static"] = static
    templating.init_app(app, host, settings)
    app.extensions["lms_pages"] = Kept(MOST_KEPT_PAGES)
    app.extensions["lms_drawn"] = Kept(MOST_DRAWN)
    _mount_views(app, settings, host)
    app.before_request(web.guard)
    compress.init_app(app)
    _errors(app)
    web.check_routes(app)
    _put_in_front(app, SecurityHeaders(static.wrap(app.wsgi_app), settings))
    return app


def load_plugins(settings: Settings, extra: Sequence[Contribution] = ()) -> Host:
    """Return the host's own contributions and the plugins that the settings name."""
    return Host([own.plugin, *discover(settings.active_plugins)], extra)


class LMS:
    """Veer beside another Flask application: its own app, mounted under a prefix.

    Nothing is shared but the host's user, read through an `Identity` contribution.

    Args:
        host_app: the other application; or call `init_app` later.
        url_prefix: where the suite answers.
        settings: of the suite.
        contributions: what the site adds, for example `accounts.api.OutsideIdentity`.

    """

    def __init__(
        self,
        host_app: Flask | None = None,
        *,
        url_prefix: str = "/learn",
        settings: Settings | None = None,
        contributions: Sequence[Contribution] = (),
    ) -> None:
        self.url_prefix = "/" + url_prefix.strip("/")
        self.app = create_app(settings, extra=contributions)
        if host_app is not None:
            self.init_app(host_app)

    def init_app(self, host_app: Flask) -> None:
        """Answer everything below the prefix; leave the rest to the host."""
        _put_in_front(host_app, self._dispatch(host_app.wsgi_app))

    def _dispatch(self, outer: "WSGIApplication") -> "WSGIApplication":
        def answer(environ: Any, start_response: Any) -> Any:
            path = environ.get("PATH_INFO", "")
            if path == self.url_prefix or path.startswith(self.url_prefix + "/"):
                environ = environ | {
                    "SCRIPT_NAME": environ.get("SCRIPT_NAME", "") + self.url_prefix,
                    "PATH_INFO": path[len(self.url_prefix) :] or "/",
                    "lms.host_environ": environ,
                }
                return self.app.wsgi_app(environ, start_response)
            return outer(environ, start_response)

        return answer


def _put_in_front(app: Flask, wrapped: "WSGIApplication") -> None:
    """Replace the method as Flask's manual advises; types take a method for a constant."""
    setattr(app, "wsgi_app", wrapped)  # noqa: B010 - see above


def _speak(app: Flask, settings: Settings, host: Host) -> None:
    folders = [plugin_folder for plugin in host.plugins if (plugin_folder := _translations(plugin.package))]
    site = i18n.Languages.load(settings.languages, [interface_translations(), *folders], settings.folder / "cache")
    app.extensions["lms_languages"] = site

    @app.url_value_preprocessor
    def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        code = (values or {}).pop("lang", None)
        if code is not None:
            g.lang = i18n.speak(site, code).code
            return
        first = request.path.split("/", 2)[1] if request.path.count("/") else ""
        wanted = first if first in site else site.negotiate(request.headers.get("Accept-Language", "")).code
        i18n.speak(site, wanted)

    @app.url_defaults
    def give_language(endpoint: str, values: dict[str, Any]) -> None:
        if "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = i18n.language().code


def interface_translations() -> Path:
    """Return the folder of the interface's catalogues: inside the wheel, else beside the source."""
    with as_file(files("lms")) as package:
        inside = package / "translations"
        return inside if inside.is_dir() else package.parent / "translations"


def _translations(package: str) -> Path | None:
    with as_file(files(package)) as folder:
        found = folder / "translations"
        return found if found.is_dir() else None


def _mount_views(app: Flask, settings: Settings, host: Host) -> None:
    app.url_map.converters["language"] = one_of(settings.languages)
    prefix = "/<language:lang>"
    for views in host.all(Views):
        if views.surface in settings.surfaces:
            _register(app, views, prefix if views.localized else "")

    @app.get("/")
    @web.public
    def front_door() -> Response:
        """Send a visitor to the front page in a language they read."""
        return Response(status=303, headers={"Location": f"{request.script_root}/{i18n.language().code}/"})


def _register(app: Flask, views: Views, prefix: str) -> None:
    blueprint: Blueprint = views.blueprint
    app.register_blueprint(blueprint, url_prefix=prefix + (blueprint.url_prefix or ""))


def _errors(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Any:
        db.db.session.rollback()
        if error.code is None or error.code < 400 or error.response is not None:
            return error
        return _error_page(error.code)

    @app.errorhandler(OperationalError)
    @app.errorhandler(PoolTimeout)
    @app.errorhandler(Busy)
    def not_saved(error: Exception) -> Any:
        return _failed(error, 503)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Any:
        full = isinstance(error, OSError) and error.errno in room.FULL  # a file that could not be written (DUR-7)
        return _failed(error, 503 if full else 500)


def _failed(error: Exception, status: int) -> Response:
    """Answer a fault with a random reference that also stands in the log (LOG-2)."""
    db.db.session.rollback()
    reference = secrets.token_hex(4)
    log.error("fault", extra={"reference": reference, "route": request.endpoint}, exc_info=error)
    if current_app.testing and status == 500 and not current_app.config.get("SHOW_ERROR_PAGES"):
        raise error
    return _error_page(status, reference)


def _error_page(status: int, reference: str = "") -> Response:
    """Show an error page; if even that fails, plain words."""
    try:
        title = i18n.gettext("Not found") if status == 404 else i18n.gettext("Problem")
        typed = web.typed() if status >= 500 else []
        return web.page("host/error.html", status=status, title=title, code=status, reference=reference, typed=typed)
    except Exception:
        log.exception("error page failed", extra={"reference": reference})
        return Response(f"{status} {reference}", status=status, mimetype="text/plain")
