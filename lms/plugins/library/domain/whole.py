"""The folder `courses/library/` as a whole: what is checked and translated together."""

from collections.abc import Sequence
from pathlib import Path

from lms.plugins.library.domain.addresses import read_addresses
from lms.plugins.library.domain.begin import read_begin
from lms.plugins.library.domain.glossary import read_glossary
from lms.plugins.library.domain.shelf import Shelf

READERS = (read_glossary, read_begin, read_addresses)


def read_library(folder: Path, langs: Sequence[str] | None) -> Shelf:
    """Read every file of the folder with its translations, for checks and translators."""
    whole = Shelf(folder)
    for read in READERS:
        part = read(folder, ())
        whole.segments += part.segments
        whole.problems += part.problems
    whole.translate(langs)
    return whole
