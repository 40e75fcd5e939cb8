"""Manifests: a table beside pictures that says in which order they stand and what is known of each."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from microtasks.intake.found import FoundRecord
from microtasks.intake.opening import Item

#: Names of a column that nobody gives to anything but file names.
TELLING = frozenset({"file", "filename", "file_name", "file name", "image", "picture"})
SAMPLE = 50


class Shelf:
    """The pictures of an upload, found by the way a manifest writes their names."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._exact: dict[str, Item] = {}
        self._loose: dict[str, Item | None] = {}
        for item in items:
            name = item.member.name
            self._exact[name] = item
            for key in {_key(name), _key(_last(name))}:
                self._loose[key] = None if key in self._loose else item

    def find(self, text: str) -> Item | None:
        """Return the picture of this name: the very path, or else, when only one fits, whatever its case or folder."""
        name = text.strip().replace("\\", "/").removeprefix("./")
        if name in self._exact:
            return self._exact[name]
        if _key(name) in self._loose:
            return self._loose[_key(name)]
        return self._loose.get(_key(_last(name)))


def file_column(sample: Sequence[FoundRecord], shelf: Shelf) -> str | None:
    """Return which column of a table names pictures, judged by its first records; None if the table is no manifest."""
    if not sample:
        return None
    for name in sample[0].columns:
        if name.strip().casefold() in TELLING:
            return name
    for name in sample[0].columns:
        cells = [record.columns.get(name, "") for record in sample]
        found = sum(1 for cell in cells if cell.strip() and shelf.find(cell))
        if found * 2 > len(cells):
            return name
    return None


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
