"""Makes a data set: writes the inputs, decides from what was written, writes the results, and packs it all.

Results are computed from the input files as they were written, never from the database, so that whoever reads the
zip computes the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from microtasks import campaigns, recipe
from microtasks.datasets import (
    cells,
    gather,
    layout,
    naming,
    outputs,
    package,
    packing,
    read,
    readme,
    rows,
)
from microtasks.datasets.about import About, Summary
from microtasks.datasets.bundle import Bundle
from microtasks.datasets.decide import Results, decide
from microtasks.models import Campaign, DataSet
from microtasks.reassembly.resolved import Status


@dataclass(frozen=True, slots=True)
class Built:
    """A data set whose files lie in a folder, with what was computed on the way."""

    folder: Path
    about: About
    bundle: Bundle
    results: Results
    summary: Summary


def about(campaign: Campaign, data_set: DataSet) -> About:
    """Return the title page of a campaign's data set."""
    return replace(
        draft(campaign, data_set.frozen_at, data_set.is_public),
        version=data_set.version,
    )


def draft(campaign: Campaign, at: datetime, is_public: bool) -> About:
    """Return the title page of a campaign's state at a moment, without a number."""
    return About(
        slug=campaign.slug,
        title=campaign.title,
        description=campaign.description,
        organisation=campaign.organisation.name,
        licence=campaign.licence,
        frozen_at=at,
        version=None,
        is_public=is_public,
    )


def collect(session: Session, campaign: Campaign, title: About, folder: Path) -> None:
    """Write the input files from the database. Call it in one transaction that only reads."""
    rows_of = gather.Gathering(session, campaign, title.frozen_at, title.is_public)
    plan = campaigns.recipe_of(campaign)
    writer = rows.Rows(plan)
    (folder / layout.RECIPE).write_text(
        recipe.write(plan), encoding="utf-8", newline="\n"
    )

    own = rows_of.columns()
    _write(folder, layout.SOURCES, map(rows.source_cells, rows_of.sources(own)), labels(own))  # fmt: skip
    _write(folder, layout.SLICES, map(rows.slice_cells, rows_of.slices()))
    _write(folder, layout.ANSWERS, map(writer.answer_cells, rows_of.answers()))
    _write(folder, layout.REVIEWS, map(writer.review_cells, rows_of.reviews()))
    _write(folder, layout.GOLD, map(writer.gold_cells, rows_of.gold()))
    _write(folder, layout.REFUSED, rows_of.refused())


def finish(title: About, folder: Path) -> Built:
    """Compute the results from the input files and write all other files beside them."""
    bundle = read.bundle(read.Folder(folder))
    results = decide(bundle)
    summary = _summary(bundle, results)
    groups = outputs.wide_groups(bundle, results)
    wide = layout.wide(groups)

    own = bundle.columns
    _write(folder, layout.CONSENSUS, outputs.consensus(bundle, results), own)
    _write(folder, wide, outputs.wide(bundle, results, groups), own)
    _write(folder, layout.CONTESTED, outputs.contested(bundle, results))
    _write(folder, layout.VOLUNTEERS, outputs.volunteers(results.volunteers))

    tables = [layout.CONSENSUS, wide, *layout.FIXED[1:]]
    _save(folder, "README.md", readme.write(title, bundle.recipe, summary, tables))
    _save(folder, "datapackage.json", package.descriptor(title, tables, own))
    packing.write_sums(folder)
    return Built(folder, title, bundle, results, summary)


def labels(own: Sequence[str]) -> list[str]:
    """Return what the sources' own columns are called in a data set: the same in all of its tables."""
    tables = [table for table in layout.FIXED if table.own_at is not None]
    ours = dict.fromkeys(name for table in tables for name in table.names)
    return naming.beside(ours, own)


def _write(
    folder: Path,
    table: layout.Table,
    written: Iterable[Sequence[Any]],
    own: Sequence[str] = (),
) -> None:
    with (folder / table.file).open("w", encoding="utf-8", newline="") as file:
        cells.write(file, outputs.header(table, own), written)


def _save(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _summary(bundle: Bundle, results: Results) -> Summary:
    found = Counter(row.status for row in results.rows)
    return Summary(
        sources=len(bundle.sources),
        slices=len(bundle.slices),
        answers=len(bundle.answers),
        counted=sum(len(pile) for pile in results.counted.values()),
        volunteers=len({answer.volunteer for answer in bundle.answers}),
        status={str(each): found[each] for each in Status if found[each]},
        alpha=dict(results.alpha),
    )
