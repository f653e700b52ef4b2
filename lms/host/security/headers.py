"""The headers on every response, errors and static files included (NET-3, NET-4, NET-9).

One wrapper around the whole application, so that no view, error or static file can be missed
and none can ask for an exception.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from lms.host.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "media-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "worker-src 'self'",
    "manifest-src 'self'",
)
CONTENT_SECURITY_POLICY = "; ".join(_POLICY)
PERMISSIONS = ", ".join(
    f"{name}=()" for name in ("camera", "microphone", "geolocation", "usb", "serial", "payment", "display-capture")
)
FIXED = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("Permissions-Policy", PERMISSIONS),
)
# `no-referrer` would make browsers send `Origin: null`, and the origin check would break;
# only the two pages on the way out, which hold no form, use it.
REFERRER = ("Referrer-Policy", "same-origin")
REFERRER_OUT = ("Referrer-Policy", "no-referrer")
WAY_OUT = ("/gone", "/bye")
HSTS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


class SecurityHeaders:
    """WSGI wrapper that answers foreign hosts with 421 (NET-6) and adds the fixed headers."""

    def __init__(self, application: "WSGIApplication", settings: Settings) -> None:
        self._application = application
        self._hosts = frozenset(host.lower() for host in settings.hosts)
        self._https = settings.https
        self._onion = settings.onion

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        host = _host_name(environ.get("HTTP_HOST", ""))
        extra = self._extra(environ, host)

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
            names = {name for name, _ in extra}
            kept = [(k, v) for k, v in headers if k not in names and k not in ("Server", "X-Powered-By")]
            if not any(name == "Cache-Control" for name, _ in kept):
                kept.append(("Cache-Control", "no-store"))
            if exc_info:
                return start_response(status, kept + extra, exc_info)  # type: ignore[arg-type]
            return start_response(status, kept + extra)

        if host not in self._hosts:
            start("421 Misdirected Request", [("Content-Length", "0")])
            return []
        return self._application(environ, start)

    def _extra(self, environ: "WSGIEnvironment", host: str) -> list[tuple[str, str]]:
        leaving = environ.get("PATH_INFO", "") in WAY_OUT
        extra = [*FIXED, REFERRER_OUT if leaving else REFERRER]
        onion = host.endswith(".onion")
        if self._https and not onion:
            extra.append(HSTS)
        if self._onion and not onion:
            extra.append(("Onion-Location", f"http://{self._onion}{environ.get('PATH_INFO', '')}"))
        return extra


def _host_name(header: str) -> str:
    """Return the host without its port, lower case; IPv6 keeps its brackets off."""
    if header.startswith("["):
        return header[1:].partition("]")[0].lower()
    return header.partition(":")[0].lower()
