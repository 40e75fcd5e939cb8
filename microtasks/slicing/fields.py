"""Chosen columns of a record, on one card or spread over several so that nobody sees the whole row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from microtasks.errors import RecipeError
from microtasks.slicing import columns
from microtasks.slicing.slicer import Piece, Slicer, Subject

LONGEST_NAME = 100


class Fields(Slicer):
    """Cards of chosen columns, each named by its columns joined with "+" (all of them: "record").

    A card whose columns are all blank is left out; a record of which no card remains is refused.
    """

    mode = "fields"
    settings: ClassVar[Mapping[str, str]] = {
        "columns": 'a list of columns for one card, or a list of such lists for several: [["name", "age"], ["message"]]'
        " (default: one card with all columns)"
    }
    takes = frozenset({"record"})
    exposure = 0.2

    def check(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return `columns` as a list of cards, each a list of names, or None for all."""
        self.refuse_unknown(settings)
        chosen = settings.get("columns")
        if chosen is None:
            return {"columns": None}
        if isinstance(chosen, str) or not isinstance(chosen, Sequence) or not chosen:
            raise RecipeError(
                "`slice.columns` must be a list of columns, or a list of such lists",
                "slice.columns",
            )

        several = all(not isinstance(part, str) for part in chosen)
        cards = [columns.names(part) for part in (chosen if several else [chosen])]
        if len({frozenset(card) for card in cards}) < len(cards):
            raise RecipeError("`slice.columns` has a card twice", "slice.columns")
        return {"columns": cards}

    def cut(self, subject: Subject, settings: Mapping[str, Any]) -> Iterator[Piece]:
        """Yield a piece for each card that has something to show."""
        everything = [*subject.fields, *subject.blank]
        cards = settings.get("columns")
        named = [(_name(card, n), card) for n, card in enumerate(cards or ())]

        pieces = [
            Piece(name, order, fields=columns.shown(subject, card))
            for order, (name, card) in enumerate(named or [("record", everything)])
        ]
        pieces = [piece for piece in pieces if piece.fields]
        if not pieces:
            wanted = dict.fromkeys(c for card in cards or [everything] for c in card)
            raise columns.nothing_to_show(list(wanted))
        yield from pieces

    def shares(self, subject: Subject, piece: Piece) -> dict[str, float]:
        """Return each shown field with an equal share of the record's fields that say something."""
        return {name: 1 / len(subject.fields) for name in piece.fields}


def _name(card: Sequence[str], number: int) -> str:
    joined = "+".join(card)
    return joined if len(joined) <= LONGEST_NAME else f"card{number}"
