"""Organisations that give people places: invitation codes on paper, and counts of what people let them see."""
