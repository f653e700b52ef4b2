"""Rules of learning without a database."""
