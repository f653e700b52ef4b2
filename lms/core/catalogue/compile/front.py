"""Front matter: the YAML between the two `---` lines that open a lesson."""

from dataclasses import dataclass

from lms import lazy_gettext as L_
from lms.core.catalogue.domain.problems import Problem

FENCE = "---"


@dataclass(frozen=True)
class Split:
    """The two halves of a lesson file, and the line on which the body starts."""

    front: str = ""
    body: str = ""
    body_line: int = 1
    problem: Problem | None = None


def split(text: str, file: str) -> Split:
    """Cut a lesson into front matter and body; the front matter starts on line 2."""
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        message = L_("The file does not start with its front matter.")
        mend = L_("Start the file with a line “---”, then id, title and the rest, then a line “---”.")
        return Split(body=text, problem=Problem(file, 1, "front-missing", message, mend))
    for index, line in enumerate(lines[1:], start=1):
        if line.rstrip() == FENCE:
            return Split("\n".join(lines[1:index]), "\n".join(lines[index + 1 :]), index + 2)
    message = L_("The front matter is not closed.")
    mend = L_("Write a line “---” between the front matter and the text.")
    return Split("\n".join(lines[1:]), "", len(lines), Problem(file, 1, "front-open", message, mend))
