"""Rules of groups without a database."""
