"""Reading order as files say it: groups of references, ordered or not, in groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from microtasks.layout.markup import Element
from microtasks.layout.readers.frame import number

T = TypeVar("T")

_REFERENCES = ("RegionRef", "RegionRefIndexed", "ElementRef")


def references(order: Element | None) -> list[str]:
    """Return the identifiers that a ReadingOrder names, first to last; groups by their `index` where they have it."""
    if order is None:
        return []
    named = (order.get("regionRef") or order.get("REF")).split()
    inside = sorted(order.children(), key=lambda each: number(each.get("index")) or 0)
    if order.name in _REFERENCES:
        return named
    return named + [name for each in inside for name in references(each)]


def arranged(things: Iterable[tuple[str, T]], named: Sequence[str]) -> list[T]:
    """Return the things (identifier, thing) as the order names them; what it does not name comes last, as it came."""
    rank = {name: place for place, name in reversed(list(enumerate(named)))}
    placed = sorted(things, key=lambda pair: rank.get(pair[0], len(named)))
    return [thing for _, thing in placed]
