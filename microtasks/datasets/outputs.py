"""The output tables: the results of a bundle, row by row, as they are written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import IO, Any

from microtasks.datasets import cells, layout, naming
from microtasks.datasets.bundle import AnswerRow, Bundle
from microtasks.datasets.decide import Results, VolunteerRow
from microtasks.datasets.rows import Rows, region_cells
from microtasks.reassembly import tables
from microtasks.reassembly.resolved import Resolved, Status

Cells = Sequence[Any]


def header(table: layout.Table, own: Sequence[str]) -> list[str]:
    """Return a table's header: our columns, and the sources' own ones where the table has them."""
    names = table.names
    if table.own_at is None:
        return names
    labels = naming.beside(names, own)
    return [*names[: table.own_at], *labels, *names[table.own_at :]]


def write_consensus(file: IO[str], bundle: Bundle, results: Results) -> None:
    """Write consensus.csv."""
    cells.write(
        file, header(layout.CONSENSUS, bundle.columns), consensus(bundle, results)
    )


def consensus(bundle: Bundle, results: Results) -> Iterator[Cells]:
    """Yield the rows of consensus.csv as values, not yet as text."""
    own = {row.source: row.columns for row in bundle.sources}
    for row in results.rows:
        yield (
            row.source,
            *own[row.source],
            row.stage,
            row.slice,
            *region_cells(row.region),
            row.cell,
            row.confidence,
            row.answers,
            row.status,
            row.method,
            row.stage_version,
        )


def contested(bundle: Bundle, results: Results) -> Iterator[Cells]:
    """Yield the rows of contested.csv."""
    writer = Rows(bundle.recipe)
    for row in results.rows:
        if row.status is Status.contested:
            answers = results.counted[row.source, row.stage, row.slice]
            yield (
                *_place(row),
                row.answers,
                row.cell,
                row.confidence,
                _tally(writer, answers),
            )


def volunteers(rows: Sequence[VolunteerRow]) -> Iterator[Cells]:
    """Yield the rows of volunteers.csv."""
    for row in rows:
        known = row.reliability
        yield (
            row.volunteer,
            row.stage,
            known.answers,
            float(known.accuracy),
            float(known.low),
            float(known.high),
            " ".join(dict.fromkeys(flag.word for flag in known.flags)),
        )


def wide_groups(bundle: Bundle, results: Results) -> list[tables.Group]:
    """Return the groups of columns that the campaign's stages have in table.csv."""
    return tables.groups([plan.name for plan in bundle.recipe.stages], results.rows)


def wide(
    bundle: Bundle, results: Results, groups: Sequence[tables.Group]
) -> Iterator[Cells]:
    """Yield the rows of table.csv: every source, in the manifest's order."""
    entries = tables.entries(groups, results.rows)
    nothing = tables.Entry()
    for row in bundle.sources:
        said = entries.get(row.source, {})
        decided: list[Any] = []
        for group in groups:
            entry = said.get(group.name, nothing)
            decided += (entry.cell, entry.confidence, entry.answers, entry.status)
        yield (row.source, *row.columns, *decided)


def _place(row: Resolved) -> tuple[str, str, str]:
    return row.source, row.stage, row.slice


def _tally(writer: Rows, answers: Sequence[AnswerRow]) -> str:
    said = Counter(
        None if each.value is None else writer.value(each.stage, each.value)
        for each in answers
    )
    ordered = sorted(said.items(), key=lambda item: (-item[1], item[0] or ""))
    return json.dumps(ordered, ensure_ascii=False)
