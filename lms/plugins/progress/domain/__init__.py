"""Rules of progress without a database."""
