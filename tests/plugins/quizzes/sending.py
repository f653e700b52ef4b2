"""Hands in many forms at once in a process of its own, so that it can be killed: `sending.py SETTINGS < FORMS`.

Each form that is acknowledged is one line: its number and where its result stands.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Lock

from lms.host.app import create_app
from lms.host.security import passphrases
from lms.host.settings import Settings
from lms.host.testing import Browser

AT_ONCE = 32
said = Lock()


def main(given: str, forms: list[dict[str, object]]) -> None:
    options = json.loads(given)
    app = create_app(
        Settings(data=Path(options["data"]), database=options["database"], plugins=tuple(options["plugins"]))
    )
    app.extensions["lms_hasher"] = passphrases.Hasher.cheap(bytes(32))
    app.test_client_class = Browser
    ready = Barrier(min(AT_ONCE, len(forms)))

    def send(place):
        if place < ready.parties:
            ready.wait()
        form = forms[place]
        answer = app.test_client().wear(form["token"]).submit(form["url"], form["fields"])
        if answer.status_code == 303:
            with said:
                sys.stdout.write(f"{form['number']} {answer.headers['Location']}\n")
                sys.stdout.flush()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(send, range(len(forms))))


if __name__ == "__main__":
    main(sys.argv[1], json.load(sys.stdin))
