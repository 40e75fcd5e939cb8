"""The wide table: one column group per stage, per slice of fields, or a tally of tiles."""

from __future__ import annotations

import json
from typing import Any

from microtasks.reassembly import tables
from microtasks.reassembly.resolved import Resolved, Status
from microtasks.reassembly.tables import Form
from microtasks.slicing.slicer import Region


def resolved(
    source: str, stage: str, piece: str, cell: str, **changes: Any
) -> Resolved:
    settings: dict[str, Any] = {
        "region": None,
        "fields": ("message",),
        "value": cell,
        "confidence": 0.9,
        "answers": 2,
        "status": Status.resolved,
        "method": "blend",
        "stage_version": 1,
    }
    return Resolved(source, stage, piece, cell=cell, **(settings | changes))


def test_a_stage_of_one_slice_per_source_has_four_columns() -> None:
    rows = [resolved("a", "need", "whole", "water"), resolved("b", "need", "whole", "food")]  # fmt: skip
    (group,) = tables.groups(["need"], rows)
    assert group.columns == ("need", "need_confidence", "need_answers", "need_status")
    assert tables.entries([group], rows)["b"]["need"].cell == "food"


def test_a_stage_that_shows_fields_apart_has_a_group_for_each() -> None:
    rows = [
        resolved("a", "read", "name", "Ada"),
        resolved("a", "read", "town", "Turin"),
        resolved("b", "read", "town", "Pisa"),
    ]
    groups = tables.groups(["read"], rows)
    assert [group.name for group in groups] == ["read.name", "read.town"]
    entries = tables.entries(groups, rows)
    assert entries["a"]["read.name"].cell == "Ada"
    assert "read.name" not in entries["b"]


def test_tiles_are_counted_by_value_and_by_status() -> None:
    region = Region(0, 0, 64, 64)
    rows = [
        resolved("a", "house", "r0c0", "no", region=region, confidence=0.8),
        resolved("a", "house", "r0c1", "yes", region=region, confidence=1.0),
        resolved("a", "house", "r0c2", "no", region=region, confidence=0.9),
        resolved("a", "house", "r0c3", "yes", region=region, status=Status.open),
    ]
    (group,) = tables.groups(["house"], rows)
    assert group.form is Form.tally
    entry = tables.entries([group], rows)["a"]["house"]
    assert json.loads(entry.cell) == {"no": 2, "yes": 1}
    assert list(json.loads(entry.cell)) == ["no", "yes"]
    assert round(entry.confidence or 0, 6) == 0.9
    assert entry.answers == 8
    assert json.loads(entry.status) == {"resolved": 3, "open": 1}


def test_tiles_of_which_none_is_decided_say_nothing_but_their_status() -> None:
    region = Region(0, 0, 64, 64)
    rows = [
        resolved("a", "house", f"r0c{n}", "", region=region, status=Status.open, answers=0)
        for n in range(2)
    ]  # fmt: skip
    groups = tables.groups(["house"], rows)
    entry = tables.entries(groups, rows)["a"]["house"]
    assert (entry.cell, entry.confidence) == ("", None)


def test_a_stage_without_slices_still_has_its_columns() -> None:
    (group,) = tables.groups(["need"], [])
    assert group.name == "need"
