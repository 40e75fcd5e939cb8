"""Rows of the input tables, to cells and back: what is written here is exactly what is read here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from microtasks import questions
from microtasks.datasets.bundle import (
    CANT_TELL,
    AnswerRow,
    GoldRow,
    ReviewRow,
    SliceRow,
    SourceRow,
)
from microtasks.errors import InvalidInput
from microtasks.questions.kind import Kind
from microtasks.recipe import Recipe
from microtasks.slicing.slicer import Region

Cells = Sequence[Any]


class Rows:
    """Writes and reads rows of one recipe's data set: each stage's values in the way of its kind of question."""

    def __init__(self, recipe: Recipe) -> None:
        self._kinds: Mapping[str, Kind] = {
            plan.name: questions.kind(plan.question.kind) for plan in recipe.stages
        }

    def value(self, stage: str, value: Any) -> str:
        """Write a value as a cell; "can't tell" is a blank one."""
        return "" if value is None else self._kind(stage).write(value)

    def _kind(self, stage: str) -> Kind:
        if stage not in self._kinds:
            raise InvalidInput(f"the recipe has no stage {stage!r}")
        return self._kinds[stage]

    def _value(self, stage: str, cell: str, flag: str = "") -> Any:
        kind = self._kind(stage)
        return None if CANT_TELL in flag.split() else kind.read(cell)

    def slice(self, cells: Sequence[str]) -> SliceRow:
        """Read a row of slices.csv."""
        source, stage, name, order, *box, fields, state, version = cells
        self._kind(stage)
        return SliceRow(
            source, stage, name, int(order), _region(box), _fields(fields), state, int(version)
        )  # fmt: skip

    def answer_cells(self, row: AnswerRow) -> Cells:
        """Write a row of answers.csv."""
        value = self.value(row.stage, row.value)
        return (
            *row.place, row.volunteer, value, row.answered_at, float(row.seconds), row.late,
            row.counted, row.flag, row.gold, row.stage_version,
        )  # fmt: skip

    def answer(self, cells: Sequence[str]) -> AnswerRow:
        """Read a row of answers.csv."""
        (source, stage, piece, volunteer, value, at, seconds, late, counted, flag, gold, version) = cells  # fmt: skip
        return AnswerRow(
            source=source,
            stage=stage,
            slice=piece,
            volunteer=volunteer,
            value=self._value(stage, value, flag),
            answered_at=_moment(at),
            seconds=float(seconds),
            late=_claim(late),
            counted=_claim(counted),
            flag=flag,
            gold=_claim(gold),
            stage_version=int(version),
        )

    def review_cells(self, row: ReviewRow) -> Cells:
        """Write a row of reviews.csv."""
        value = self.value(row.stage, row.value)
        flag = CANT_TELL if row.value is None else ""
        return (
            *row.place,
            value,
            flag,
            row.reviewer,
            row.reviewed_at,
            row.stage_version,
        )

    def review(self, cells: Sequence[str]) -> ReviewRow:
        """Read a row of reviews.csv."""
        source, stage, piece, value, flag, reviewer, at, version = cells
        decided = self._value(stage, value, flag)
        return ReviewRow(
            source, stage, piece, decided, reviewer, _moment(at), int(version)
        )

    def gold_cells(self, row: GoldRow) -> Cells:
        """Write a row of gold.csv."""
        return (*row.place, self.value(row.stage, row.value))

    def gold(self, cells: Sequence[str]) -> GoldRow:
        """Read a row of gold.csv."""
        source, stage, piece, value = cells
        return GoldRow(source, stage, piece, self._value(stage, value))


def source_cells(row: SourceRow) -> Cells:
    """Write a row of sources.csv."""
    return (row.source, row.width, row.height, *row.columns)


def source(cells: Sequence[str]) -> SourceRow:
    """Read a row of sources.csv."""
    name, width, height, *columns = cells
    return SourceRow(name, _number(width), _number(height), tuple(columns))


def slice_cells(row: SliceRow) -> Cells:
    """Write a row of slices.csv."""
    fields = json.dumps(row.fields, ensure_ascii=False) if row.fields else ""
    return (*row.place, row.order, *region_cells(row.region), fields, row.state, row.stage_version)  # fmt: skip


def region_cells(region: Region | None) -> Cells:
    """Write x, y, width and height; blanks for what is no part of a picture."""
    if region is None:
        return (None, None, None, None)
    return (region.x, region.y, region.width, region.height)


def _region(cells: Sequence[str]) -> Region | None:
    return Region(*(int(cell) for cell in cells)) if any(cells) else None


def _fields(cell: str) -> tuple[str, ...]:
    names = json.loads(cell) if cell else []
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise ValueError(f"{cell!r} is no list of columns")
    return tuple(names)


def _number(cell: str) -> int | None:
    return int(cell) if cell else None


def _claim(cell: str) -> bool:
    if cell not in {"true", "false"}:
        raise ValueError(f"{cell!r} is neither true nor false")
    return cell == "true"


def _moment(cell: str) -> datetime:
    at = datetime.fromisoformat(cell)
    if at.tzinfo is None:
        raise ValueError(f"{cell!r} names no time zone")
    return at
