"""What a wheel holds beside the package: compiled catalogues of the interface."""

import tempfile
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Assets(BuildHookInterface):
    """Makes the derived files in a temporary folder and names them to the wheel builder."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """A checkout (an editable install) makes the same files at its first start instead."""
        if version == "editable":
            return
        self._made = tempfile.TemporaryDirectory(prefix="veer-wheel-")
        made = Path(self._made.name)
        for source in sorted(Path(self.root, "translations").glob("*/LC_MESSAGES/*.po")):
            name = source.relative_to(self.root).with_suffix(".mo")
            compiled = made / name
            compiled.parent.mkdir(parents=True)
            with source.open("rb") as po, compiled.open("wb") as mo:
                write_mo(mo, read_po(po, locale=name.parts[1], abort_invalid=True))
            build_data["force_include"][str(compiled)] = f"lms/{name.as_posix()}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the temporary folder once the wheel is written."""
        if version != "editable":
            self._made.cleanup()
