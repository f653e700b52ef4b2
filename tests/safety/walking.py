"""Opening everything that somebody gets to by links."""

from collections import Counter
from contextlib import suppress
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException

from tests.pages.checks import Page


def walk(site, browser, *starts, without=(), most=None):
    """Return every page that links lead to from the given ones and from all that need no argument.

    Args:
        site: to walk on.
        browser: of whoever walks.
        starts: addresses.
        without: how addresses begin that are left out.
        most: how many pages of one route are opened; all without it.

    """
    adapter, kinds = site.app.url_map.bind("localhost"), Counter()
    rules = [rule for rule in site.app.url_map.iter_rules() if "GET" in rule.methods]
    waiting = [*("/en" + rule.rule.partition(">")[2] for rule in rules if rule.arguments == {"lang"}), *starts]
    pages = {}
    while waiting:
        address = urlsplit(waiting.pop()).path
        if address in pages or not address.startswith("/en/") or address.startswith(tuple(without)):
            continue
        with suppress(HTTPException):
            endpoint, _arguments = adapter.match(address, method="GET")
            kinds[endpoint] += 1
            if most is not None and kinds[endpoint] > most:
                continue
        answer = browser.get(address)
        pages[address] = None
        if answer.mimetype == "text/html" and answer.status_code == 200:
            pages[address] = Page(answer.text, "en", address)
            waiting += [link.get("href", "") for link in pages[address].all("a")]
    return [page for page in pages.values() if page is not None]
