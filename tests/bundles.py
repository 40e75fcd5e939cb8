"""Small bundles for tests of data sets, and the folder that holds a bundle's input files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from microtasks import recipe
from microtasks.datasets import build, cells, layout, outputs, rows
from microtasks.datasets.about import About
from microtasks.datasets.bundle import (
    AnswerRow,
    Bundle,
    GoldRow,
    ReviewRow,
    SliceRow,
    SourceRow,
)
from microtasks.questions.kind import Question
from microtasks.recipe import Recipe, StagePlan
from microtasks.slicing.slicer import Cut, Region
from microtasks.stages import Policy
from tests.conftest import NOON

ABOUT = About("floods", "Sort flood messages", "Say what is asked for.", "Relief", "CC-BY-4.0", NOON, 1, False)  # fmt: skip
NEED = StagePlan(
    "need",
    Cut("fields", {"columns": [["message"]]}),
    Question(
        "choice",
        "What is asked for?",
        settings={"options": ["water", "food", "nothing"], "cant_tell": True},
    ),
    Policy(2, 4, 0.9),
)
PLACE = StagePlan(
    "place",
    Cut("fields", {"columns": [["message"]]}),
    Question("text", "Where?"),
    Policy(1, 3, 0.8),
)
TILES = StagePlan(
    "tiles",
    Cut("grid", {"tile": 64, "overlap": 0}),
    Question("choice", "A house?", settings={"options": ["yes", "no"]}),
    Policy(1, 3, 0.5),
)


def piece(
    source: str, stage: str = "need", name: str = "message", **changes: Any
) -> SliceRow:
    """A slice of a record, open, of version 1."""
    settings: dict[str, Any] = {
        "order": 0,
        "region": None,
        "fields": ("message",),
        "state": "open",
        "stage_version": 1,
    }
    return SliceRow(source, stage, name, **(settings | changes))


def tile(source: str, column: int, row: int = 0) -> SliceRow:
    """A tile of 64 pixels."""
    region = Region(64 * column, 64 * row, 64, 64)
    name = f"r{row}c{column}"
    return piece(
        source, "tiles", name, order=10 * row + column, region=region, fields=()
    )


def said(
    piece: SliceRow, who: str, value: Any, second: int = 0, **changes: Any
) -> AnswerRow:
    """One counted answer."""
    settings: dict[str, Any] = {
        "answered_at": NOON + timedelta(seconds=second),
        "seconds": 4.25,
        "late": False,
        "counted": True,
        "flag": "cant_tell" if value is None else "",
        "gold": False,
        "stage_version": 1,
    }
    return AnswerRow(*piece.place, who, value, **(settings | changes))


def bundle(
    slices: Sequence[SliceRow],
    answers: Sequence[AnswerRow] = (),
    stages: Sequence[StagePlan] = (NEED,),
    columns: Sequence[str] = (),
    sources: Sequence[SourceRow] | None = None,
    reviews: Sequence[ReviewRow] = (),
    gold: Sequence[GoldRow] = (),
) -> Bundle:
    """The bundle of a small campaign; its sources are those that the slices name."""
    if sources is None:
        names = dict.fromkeys(each.source for each in slices)
        sources = [SourceRow(name, None, None, [""] * len(columns)) for name in names]
    plan = Recipe("Sort flood messages", stages=tuple(stages))
    return Bundle(plan, columns, sources, slices, answers, reviews, gold)


def write(bundle: Bundle, folder: Path) -> Path:
    """Write a bundle's input files as the exporter does."""
    writer = rows.Rows(bundle.recipe)
    plan = recipe.write(bundle.recipe)
    (folder / layout.RECIPE).write_text(plan, encoding="utf-8", newline="\n")
    for table, found in (
        (layout.SOURCES, map(rows.source_cells, bundle.sources)),
        (layout.SLICES, map(rows.slice_cells, bundle.slices)),
        (layout.ANSWERS, map(writer.answer_cells, bundle.answers)),
        (layout.REVIEWS, map(writer.review_cells, bundle.reviews)),
        (layout.GOLD, map(writer.gold_cells, bundle.gold)),
        (layout.REFUSED, ()),
    ):
        own = (
            build.labels(bundle.columns) if table is layout.SOURCES else bundle.columns
        )
        with (folder / table.file).open("w", encoding="utf-8", newline="") as file:
            cells.write(file, outputs.header(table, own), found)
    return folder
