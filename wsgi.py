"""For servers that load a WSGI application by name: `wsgi:application`. Run `lms db upgrade` first and `lms worker` beside it."""

from lms import create_app

application = create_app()
