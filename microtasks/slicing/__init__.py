"""Slicing: sources become pieces. A new way of slicing is a new file here and one line in this registry."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from microtasks.errors import RecipeError
from microtasks.slicing.fields import Fields
from microtasks.slicing.grid import Grid
from microtasks.slicing.lines import Lines
from microtasks.slicing.slicer import Cut, Line, Piece, Region, Slicer, Subject
from microtasks.slicing.whole import Whole

__all__ = ["Cut", "Line", "Piece", "Region", "Slicer", "Subject", "slicer", "slicers"]

_SLICERS: Mapping[str, Slicer] = MappingProxyType(
    {each.mode: each for each in (Whole(), Grid(), Fields(), Lines())}
)


def slicers() -> Mapping[str, Slicer]:
    """Return every known slicer by its mode."""
    return _SLICERS


def slicer(mode: str) -> Slicer:
    """Return the slicer of a mode, or raise RecipeError that lists the known ones."""
    if mode not in _SLICERS:
        known = ", ".join(_SLICERS)
        raise RecipeError(
            f"`{mode}` is no known way of slicing; known are {known}", "slice.mode"
        )
    return _SLICERS[mode]
