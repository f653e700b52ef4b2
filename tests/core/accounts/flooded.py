"""A server of its own, as it is run, for the test that floods it: `flooded.py FOLDER PORT QUEUE`.

It says the cookie of somebody who is signed in, and the address of a lesson. A queue that is not empty is put in place of
the site's own: the fault that the test must notice.
"""

import sys
from functools import partial
from pathlib import Path

from lms.core.catalogue.api import current_outlines
from lms.core.catalogue.commands import publish_place
from lms.core.catalogue.compile.places import places
from lms.core.learning.api import enrol
from lms.host import migrate
from lms.host.app import create_app
from lms.host.db import db
from lms.host.plugin import current_host
from lms.host.security.passphrases import Gate
from lms.host.security.sessions import COOKIE
from lms.host.serve import serve
from lms.host.settings import Settings
from lms.host.testing import Browser, Site
from tests.factories import make_person, sign_in

COURSES = Path(__file__).parents[2] / "courses"


def main(folder: str, port: str, queue: str) -> None:
    settings = Settings(data=folder, port=int(port), plugins=("accounts", "catalogue", "learning", "quizzes"))
    app = create_app(settings)
    app.test_client_class = Browser
    with app.app_context():
        migrate.upgrade(db.engines[None], current_host())
        publish_place(places(settings.folder, COURSES)["garden"], kind="edition", accept_unreviewed=True)
    site = Site(app, settings)
    reader = make_person(site)
    with site.session() as session:
        enrol(session, person_id=reader.id, course_id="garden")
    with app.test_request_context("/en/"), site.reading() as conn:
        lesson = current_outlines(conn, "en")[0].lessons[0].code
    cookie = sign_in(site, reader).get_cookie(COOKIE).value
    if queue:
        app.extensions["lms_hasher"]._gate = Gate(queue=int(queue))
    serve(app, settings, partial(say, f"{COOKIE}={cookie} /en/l/{lesson}\n"))


def say(words: str) -> None:
    sys.stdout.write(words)
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
