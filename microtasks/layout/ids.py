"""Names of things that are unique within a file, as XML wants them."""

from __future__ import annotations

import re

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")
_LONGEST = 200


class Ids:
    """Hands out names, each once: the wanted one if it is free and XML allows it, else a numbered one."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}

    def take(self, wanted: str, stem: str) -> str:
        """Return a name that nobody has."""
        if (
            _NAME.fullmatch(wanted)
            and len(wanted) <= _LONGEST
            and wanted not in self._taken
        ):
            self._taken.add(wanted)
            return wanted
        number = self._numbers.get(stem, 0) + 1
        while f"{stem}{number}" in self._taken:
            number += 1
        self._numbers[stem] = number
        self._taken.add(f"{stem}{number}")
        return f"{stem}{number}"
