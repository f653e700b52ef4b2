"""Sheets and what is written on them: no database, no pages."""
