"""Logs hold a time to the minute, a level, a source and a few named fields; nothing else (LOG-1).

No address, agent, handle, query, form value, token or message text of an exception can get in:
the formatter writes only fields on its list.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

FIELDS = ("reference", "route", "error", "line", "job", "plugin", "count", "detail")
OURS = "lms"


class SafeFormatter(logging.Formatter):
    """Writes one JSON object a line, from an allow-list."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; free text only from our own fixed messages."""
        minute = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%MZ")
        line: dict[str, object] = {"time": minute, "level": record.levelname, "from": record.name}
        if record.name.partition(".")[0] == OURS:
            line["event"] = record.msg
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["line"] = _place(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def _place(info: object) -> str:
    """Return file and line of the last frame, without locals or values (LOG-2)."""
    frames = traceback.extract_tb(info[2])  # type: ignore[index]
    return f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""


def configure() -> None:
    """Send all logs of the process to standard error through the safe formatter."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(SafeFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(logging.INFO)
    logging.raiseExceptions = False
