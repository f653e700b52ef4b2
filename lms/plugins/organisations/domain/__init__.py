"""Rules of organisations without a database."""
