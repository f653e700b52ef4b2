"""Courses as files, compiled into immutable releases, and the public catalogue of them."""
