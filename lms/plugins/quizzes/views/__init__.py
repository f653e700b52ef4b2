"""Learner pages: the quiz of a lesson, the check of a module, and their results."""

from flask import Blueprint

blueprint = Blueprint("quizzes", __name__)
