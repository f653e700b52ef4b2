"""The folders of the library, below every folder of courses."""

CARDS = "cards"
LIBRARY = "library"
