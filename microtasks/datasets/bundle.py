"""What a data set rests on, as plain values: all that is needed to compute its results again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from microtasks.recipe import Recipe
from microtasks.slicing.slicer import Region

#: A card's address inside a data set: source, stage, slice.
Place = tuple[str, str, str]

#: Words of an answer's `flag`.
CANT_TELL, WITHDRAWN, FAST = "cant_tell", "withdrawn", "fast"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source, with the size of its picture and its own columns as they came."""

    source: str
    width: int | None
    height: int | None
    columns: Sequence[str]


@dataclass(frozen=True, slots=True)
class SliceRow:
    """One slice of a source in a stage: where it lies, and what the campaign had done with its card."""

    source: str
    stage: str
    slice: str
    order: int
    region: Region | None
    fields: tuple[str, ...]
    state: str
    stage_version: int

    @property
    def place(self) -> Place:
        """Return the slice's address."""
        return self.source, self.stage, self.slice


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What one volunteer said of one card; `value` None says "can't tell"."""

    source: str
    stage: str
    slice: str
    volunteer: str
    value: Any
    answered_at: datetime
    seconds: float
    late: bool
    counted: bool
    flag: str
    gold: bool
    stage_version: int

    @property
    def place(self) -> Place:
        """Return the address of the slice that was answered."""
        return self.source, self.stage, self.slice

    @property
    def flags(self) -> list[str]:
        """Return the single words of `flag`."""
        return self.flag.split()


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A reviewer's word on one card; a later one supersedes an earlier one."""

    source: str
    stage: str
    slice: str
    value: Any
    reviewer: str
    reviewed_at: datetime
    stage_version: int

    @property
    def place(self) -> Place:
        """Return the address of the slice that was decided."""
        return self.source, self.stage, self.slice


@dataclass(frozen=True, slots=True)
class GoldRow:
    """A card whose value was known beforehand."""

    source: str
    stage: str
    slice: str
    value: Any

    @property
    def place(self) -> Place:
        """Return the address of the slice whose value is known."""
        return self.source, self.stage, self.slice


@dataclass(frozen=True, slots=True)
class Bundle:
    """The inputs of a data set: its recipe and the rows of its input tables.

    `columns` names the sources' own columns; each source's `columns` hold its cells in that order.
    """

    recipe: Recipe
    columns: Sequence[str]
    sources: Sequence[SourceRow]
    slices: Sequence[SliceRow]
    answers: Sequence[AnswerRow]
    reviews: Sequence[ReviewRow]
    gold: Sequence[GoldRow]
