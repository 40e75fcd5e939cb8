"""The lines of text of a page as pieces, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from microtasks.errors import InvalidInput, NothingToCut, RecipeError
from microtasks.slicing.lines import order
from microtasks.slicing.slicer import Piece, Slicer, Subject

DIRECTIONS = ("auto", "ltr", "rtl")


class Lines(Slicer):
    """Lines named `line1`, `line2`, ... in reading order: columns, and from top to bottom within each."""

    mode = "lines"
    settings: ClassVar[Mapping[str, str]] = {
        "direction": "the way the script runs, which is the order of columns: ltr or rtl (auto, the default, is ltr)"
    }
    takes = frozenset({"image"})
    needs_lines = True
    exposure = 0.2

    def check(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return `direction`, one of the known ones."""
        self.refuse_unknown(settings)
        direction = settings.get("direction", "auto")
        if direction not in DIRECTIONS:
            raise RecipeError(
                f"`slice.direction` must be one of {', '.join(DIRECTIONS)}, not {direction!r}",
                "slice.direction",
            )
        return {"direction": direction}

    def cut(self, subject: Subject, settings: Mapping[str, Any]) -> Iterator[Piece]:
        """Yield the lines that were seen; a page without any raises NothingToCut."""
        if not subject.size:
            raise InvalidInput("lines need a picture; this source is a record")
        if subject.lines is None:
            raise InvalidInput("nobody looked for lines in this picture: cut it again")
        if not subject.lines:
            raise NothingToCut("no lines of text were found in the picture")

        rtl = settings.get("direction") == "rtl"
        for number, line in enumerate(order.read(subject.lines, rtl)):
            name = f"line{number + 1}"
            yield Piece(name, number, line.region, baseline=line.baseline)

    def shares(self, subject: Subject, piece: Piece) -> dict[str, float]:
        """Return the line's share of the picture; exposure divides by the sum over all lines that are shown."""
        if piece.region is None or not subject.size:
            return {}
        width, height = subject.size
        return {piece.name: piece.region.width * piece.region.height / (width * height)}
