"""No cut at all: the whole picture or record is one card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from microtasks.slicing import columns
from microtasks.slicing.slicer import Piece, Region, Slicer, Subject


class Whole(Slicer):
    """The whole source as one piece named "whole"."""

    mode = "whole"
    settings: ClassVar[Mapping[str, str]] = {
        "columns": "for records: a list of the columns to show (default: all of them)"
    }
    takes = frozenset({"image", "record"})
    exposure = 1.0

    def check(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return the settings with `columns` as a list, or None for all."""
        self.refuse_unknown(settings)
        chosen = settings.get("columns")
        return {"columns": None if chosen is None else columns.names(chosen)}

    def cut(self, subject: Subject, settings: Mapping[str, Any]) -> Iterator[Piece]:
        """Yield the one piece; a record with nothing to show is refused."""
        if subject.size:
            yield Piece("whole", 0, Region(0, 0, *subject.size))
            return

        wanted = settings.get("columns") or (*subject.fields, *subject.blank)
        fields = columns.shown(subject, wanted)
        if not fields:
            raise columns.nothing_to_show(wanted)
        yield Piece("whole", 0, fields=fields)

    def shares(self, subject: Subject, piece: Piece) -> dict[str, float]:
        """Return all of a picture, or each of a record's shown fields, so that other slicers of it add up."""
        if subject.size:
            return {"whole": 1.0}
        return {name: 1 / len(subject.fields) for name in piece.fields}
