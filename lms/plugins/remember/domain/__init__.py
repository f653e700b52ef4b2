"""Rules of remembering without a database."""
