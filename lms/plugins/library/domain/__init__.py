"""The files of the library, read and checked: no database, no pages."""
