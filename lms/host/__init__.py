"""Mechanism: everything that has never heard of a course."""
