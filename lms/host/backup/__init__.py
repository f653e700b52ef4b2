"""Backups: encrypted to keys that are not on the server, checked before they count, restored by one command.

BAK-1 to BAK-3, RET-5, OPS-4. A backup is two files: the data, and apart from it the wrapped private keys, which are
thrown away after a week. What is inside each of them: `archive`.
"""

from lms.host.plugin import StartupError


class BackupError(StartupError):
    """No backup, or one that must not be used; the message says why."""
