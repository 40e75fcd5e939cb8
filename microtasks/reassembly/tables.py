"""The wide table: a row per source, with what each stage decided of it in columns beside.

A stage takes one of three forms, by what its slices are:

- *single*: every source has one slice. Columns `<stage>`, `<stage>_confidence`, `<stage>_answers`, `<stage>_status`.
- *groups*: slices are chosen fields of records. The same four columns for each, named `<stage>.<slice>`.
- *tally*: slices are regions (tiles). The same four columns hold a JSON object of value -> number of decided
  slices, their mean confidence, the sum of their answers, and a JSON object of status -> number of slices.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from microtasks.reassembly.resolved import Resolved, Status

DECIDED = frozenset({Status.resolved, Status.cant_tell})


class Form(Enum):
    """How a stage's slices lie in the row of their source."""

    single = "single"
    groups = "groups"
    tally = "tally"


@dataclass(frozen=True, slots=True)
class Group:
    """Four columns of the wide table: a value with its confidence, answers and status."""

    name: str
    stage: str
    form: Form
    slice: str | None = None

    @property
    def columns(self) -> tuple[str, str, str, str]:
        """Return the names of the four columns."""
        name = self.name
        return name, f"{name}_confidence", f"{name}_answers", f"{name}_status"


@dataclass(frozen=True, slots=True)
class Entry:
    """What one group says of one source; `cell` and `status` as the table writes them."""

    cell: str = ""
    confidence: float | None = None
    answers: int | None = None
    status: str = ""


def groups(stages: Sequence[str], rows: Iterable[Resolved]) -> list[Group]:
    """Return the wide table's groups of columns, stage by stage."""
    slices: dict[str, dict[str, None]] = {stage: {} for stage in stages}
    with_regions = set()
    for row in rows:
        slices[row.stage][row.slice] = None
        if row.region is not None:
            with_regions.add(row.stage)
    return [
        group
        for stage in stages
        for group in _of_stage(stage, list(slices[stage]), stage in with_regions)
    ]


def entries(
    groups: Sequence[Group], rows: Iterable[Resolved]
) -> dict[str, dict[str, Entry]]:
    """Return, per source, what each group (by its name) says of it."""
    piled: dict[str, dict[str, list[Resolved]]] = {}
    names = {(group.stage, group.slice): group.name for group in groups}
    for row in rows:
        name = names.get((row.stage, None)) or names[row.stage, row.slice]
        piled.setdefault(row.source, {}).setdefault(name, []).append(row)

    forms = {group.name: group.form for group in groups}
    return {
        source: {name: _entry(forms[name], found) for name, found in said.items()}
        for source, said in piled.items()
    }


def _of_stage(stage: str, slices: Sequence[str], regions: bool) -> list[Group]:
    if len(slices) <= 1:
        return [Group(stage, stage, Form.single)]
    if regions:
        return [Group(stage, stage, Form.tally)]
    return [Group(f"{stage}.{each}", stage, Form.groups, each) for each in slices]


def _entry(form: Form, rows: Sequence[Resolved]) -> Entry:
    if form is not Form.tally:
        (row,) = rows
        return Entry(row.cell, row.confidence, row.answers, row.status)

    decided = [row for row in rows if row.status in DECIDED]
    said = [row.cell for row in decided if row.status is Status.resolved]
    confidences = [row.confidence for row in decided if row.confidence is not None]
    return Entry(
        _tally(Counter(said)) if said else "",
        sum(confidences) / len(confidences) if confidences else None,
        sum(row.answers for row in rows),
        _tally(Counter(str(row.status) for row in rows)),
    )


def _tally(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return json.dumps(dict(ordered), ensure_ascii=False)
