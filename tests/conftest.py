"""Fixtures of the whole suite; those for plugins outside it live in `lms.host.testing`."""

pytest_plugins = ["lms.host.testing"]
