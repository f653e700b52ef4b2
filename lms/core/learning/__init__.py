"""Enrolments, what a person has done, when content opens, who may see it, and when a course is complete."""
