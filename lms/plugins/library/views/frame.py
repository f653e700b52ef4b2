"""What the pages of the library share."""

from flask import Blueprint

blueprint = Blueprint("library", __name__, url_prefix="/library")
