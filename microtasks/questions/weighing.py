"""The records by which the live clock weighs, as they travel: made by a batch estimate, stored as JSON, read per card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from microtasks.consensus import live
from microtasks.consensus.evidence import Evidence
from microtasks.questions.kind import Estimate, Value

#: What a decision says of itself when it was weighed by such records.
METHOD = "confusion"

#: Rows of penalties, indexed [said class][true class], in units of evidence.
Rows = Sequence[Sequence[int]]


def recorded(
    estimate: Estimate,
    workers: Sequence[str],
    options: Sequence[Value],
    parts: Sequence[Evidence],
) -> Estimate:
    """Return the estimate with what the live clock needs of it.

    That is for everybody the options' names and, for each part that is decided by itself, the prior and a
    newcomer's rows; and for each of these workers their own rows, part by part.
    """
    crowd = {
        "options": list(options),
        "parts": [
            {"prior": part.prior.tolist(), "rows": part.crowd.tolist()}
            for part in parts
        ],
    }
    rows = zip(*(part.workers.tolist() for part in parts), strict=True)
    known = dict(estimate.workers)
    for worker, record in zip(workers, rows, strict=True):
        known[worker] = replace(known[worker], record=list(record))
    return replace(estimate, workers=known, crowd=crowd)


def applies(crowd: Any, options: Sequence[Value]) -> bool:
    """Say whether a crowd was estimated with the options that the question has now."""
    return crowd is not None and crowd["options"] == list(options)


def scores(part: Any, number: int, votes: Sequence[tuple[int, Any, bool]]) -> list[int]:
    """Add up one part's votes: each (said class, the worker's record or None, whether it was suspiciously fast)."""
    total = list(part["prior"])
    for said, record, suspicious in votes:
        row = _rows(part, number, record)[said]
        total = live.heard(total, live.doubted(row) if suspicious else row)
    return total


def _rows(part: Any, number: int, record: Any) -> Rows:
    # A record that an earlier version of the question left, with fewer or more options, says nothing of this one.
    newcomers: Rows = part["rows"]
    if record is None or number >= len(record):
        return newcomers
    rows: Rows = record[number]
    return rows if len(rows) == len(newcomers) else newcomers
