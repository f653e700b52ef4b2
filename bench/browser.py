"""A browser without scripts: it follows links and forms like a person, over a socket or straight into a WSGI application."""

import gzip
import http.client
import io
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

import brotli

ACCEPT = "gzip, br"


@dataclass(frozen=True)
class Answer:
    """One response; `body` is what went over the wire."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    path: str

    def header(self, name: str) -> str:
        """Return a header's value, or an empty string."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def text(self) -> str:
        """The page, decompressed."""
        encoding = self.header("content-encoding")
        opened = {"gzip": gzip.decompress, "br": brotli.decompress}.get(encoding, bytes)(self.body)
        return opened.decode("utf-8", "replace")

    @property
    def weight(self) -> int:
        """Bytes on the wire, headers and status line included."""
        return len(self.body) + sum(len(key) + len(value) + 4 for key, value in self.headers) + 19


Send = Callable[[str, str, Mapping[str, str], bytes], Answer]


@dataclass
class Form:
    """A form with the values a browser would send if nothing were changed."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    def chosen(self, pick: int = -1) -> dict[str, str]:
        """Return the values with something chosen in each group of radio buttons and each select."""
        return self.values | {name: values[pick] for name, values in self.choices.items() if values}


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select = ""
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
            self._open = True
        elif self._open:
            self._control(tag, given)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        form, name = self.forms[-1], given.get("name", "")
        kind = given.get("type", "text") if tag == "input" else tag
        if kind == "select":
            self._select = name
            form.choices[name] = []
        elif kind == "option" and self._select:
            if given.get("value"):
                form.choices[self._select].append(given["value"])
        elif kind in ("radio", "checkbox") and name:
            form.choices.setdefault(name, []).append(given.get("value", "on"))
        elif kind == "hidden" and name:
            form.values[name] = given.get("value", "")
        elif kind in ("text", "password", "textarea") and name:
            form.values[name] = given.get("value", "")
            form.texts.append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False
        elif tag == "select":
            self._select = ""


def forms(page: str) -> list[Form]:
    """Return the forms of a page."""
    parser = _Forms()
    parser.feed(page)
    return parser.forms


class Browser:
    """Cookies, redirects and forms."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.cookies: dict[str, str] = {}
        self.here: Answer | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What this browser sends with each request."""
        sent = {"Accept-Encoding": ACCEPT, "Accept-Language": "en", "Sec-Fetch-Site": "same-origin"}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return sent

    def get(self, path: str) -> Answer:
        """Open a page, following redirects."""
        return self._follow(self._once("GET", path, b""))

    def post(self, path: str, values: Mapping[str, str]) -> Answer:
        """Send values, following redirects."""
        return self._follow(self._once("POST", path, urlencode(values).encode()))

    def submit(self, form: Form, **values: str) -> Answer:
        """Send a form of the page that is open."""
        return self.post(form.action, form.chosen() | values)

    def form(self, part: str = "") -> Form:
        """Return the first POST form of the open page that goes to an address with `part`."""
        if self.here is None:
            raise LookupError("no page is open")
        for found in forms(self.here.text):
            found.action = urldefrag(urljoin(self.here.path, found.action)).url
            if found.method == "post" and part in found.action:
                return found
        raise LookupError(f"no form for {part!r} on {self.here.path}")

    def _once(self, method: str, path: str, body: bytes) -> Answer:
        sent = self.headers | ({"Content-Type": "application/x-www-form-urlencoded"} if method == "POST" else {})
        answer = self._send(method, path, sent, body)
        for key, value in answer.headers:
            if key.lower() == "set-cookie":
                name, _, rest = value.partition("=")
                self.cookies[name] = rest.partition(";")[0]
        return answer

    def _follow(self, answer: Answer) -> Answer:
        while answer.status in (302, 303):
            target = urlsplit(urljoin(answer.path, answer.header("location")))
            answer = self._once("GET", target.path + (f"?{target.query}" if target.query else ""), b"")
        self.here = answer
        return answer


def over_socket(port: int) -> Send:
    """Return a way to send over HTTP to this machine."""

    def send(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request(method, path, body or None, dict(headers))
        response = connection.getresponse()
        answer = Answer(response.status, tuple(response.getheaders()), response.read(), path)
        connection.close()
        return answer

    return send


def into(application: Any) -> Send:
    """Return a way to call a WSGI application, without server or socket."""

    def send(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        return call(application, environ(method, path, headers, body), path)

    return send


def environ(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> dict[str, Any]:
    """Return a fresh WSGI environment."""
    path, _, query = path.partition("?")
    made: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "HTTP_HOST": "127.0.0.1",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for key, value in headers.items():
        name = key.upper().replace("-", "_")
        made[name if name == "CONTENT_TYPE" else f"HTTP_{name}"] = value
    return made


def call(application: Any, environment: dict[str, Any], path: str) -> Answer:
    """Call a WSGI application once and take all of its answer."""
    got: dict[str, Any] = {}
    parts = application(environment, lambda status, headers, _exc=None: got.update(status=status, headers=headers))
    body = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    return Answer(int(got["status"][:3]), tuple(got["headers"]), body, path)
