"""The measure of everything else: one Flask view that says hello, under our server or under waitress as it comes."""

import logging
import os
import sys

from flask import Flask
from waitress import serve

from lms.host.serve import Server
from lms.host.settings import Settings

THREADS = 6


def application() -> Flask:
    """Return the smallest Flask application there is."""
    app = Flask("bare")
    app.add_url_rule("/hello", view_func=lambda: "hello")
    app.add_url_rule("/hello", "posted", lambda: "hello", methods=["POST"])
    return app


if __name__ == "__main__":
    how, port = sys.argv[1], int(sys.argv[2])
    if how == "ours":
        Server(application(), Settings(data=os.environ["LMS_DATA"], port=port, threads=THREADS)).run()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    serve(application(), host="127.0.0.1", port=port, threads=THREADS, ident=None)
