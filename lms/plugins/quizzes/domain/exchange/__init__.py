"""Questions in the formats of other programs: GIFT, Moodle XML, Aiken, QTI 2 and 3.

`formats.read` makes questions of a file, each imported, imported with named losses, or refused with a reason. It knows
nothing of where they go: `quizfile.placed` puts them into a quiz file, and another place for questions is another such
function. `formats.write` is the way out. No page needs any of this, so nothing is imported here.
"""

FORMATS = ("gift", "moodle-xml", "aiken", "qti21", "qti30")
BINARY = frozenset({"qti21", "qti30"})
MOST_MEGABYTES = 4
MOST_BYTES = MOST_MEGABYTES * 1_000_000
MOST_QUESTIONS = 1_000
