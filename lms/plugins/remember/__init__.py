"""Spaced review: questions that somebody wants to remember come back, two minutes at a time."""
