"""Pages of authors: the bank of questions."""

from flask import Blueprint

blueprint = Blueprint("quizzes_bank", __name__, url_prefix="/questions")
