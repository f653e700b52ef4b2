"""The measure of everything else: one Flask view that says hello, under the same server with the same threads."""

import logging
import sys

from flask import Flask
from waitress import serve

THREADS = 6


def application() -> Flask:
    """Return the smallest Flask application there is."""
    app = Flask("bare")
    app.add_url_rule("/hello", view_func=lambda: "hello")
    app.add_url_rule("/hello", "posted", lambda: "hello", methods=["POST"])
    return app


if __name__ == "__main__":
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # as `lms serve` does
    serve(application(), host="127.0.0.1", port=int(sys.argv[1]), threads=THREADS, ident=None)
