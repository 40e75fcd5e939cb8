"""Any table as records: one door for CSV, JSON lines and spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from microtasks.intake import delimited, jsonl, kinds, rows, spreadsheets
from microtasks.intake.found import FoundRecord, Refusal
from microtasks.intake.kinds import Kind
from microtasks.intake.limits import Limits


def records(
    path: Path, file: str, kind: Kind, limits: Limits, room: Path
) -> Iterator[FoundRecord | Refusal]:
    """Yield a record or a refusal for each row; raise InvalidInput for a table of which none can be read."""
    with path.open("rb") as opened:
        kinds.check(kind, opened.read(kinds.HEAD))
    if kind == Kind.LINES:
        yield from jsonl.records(path, file, limits)
    elif kind == Kind.SHEET:
        yield from rows.records(spreadsheets.rows(path, limits, room), file, limits)
    else:
        yield from rows.records(delimited.rows(path, limits), file, limits)
