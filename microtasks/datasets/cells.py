"""How a value becomes a cell of a data set's tables, and back: UTF-8, RFC 4180, and no cell that a spreadsheet runs."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import IO, Any

#: Digits after the point of every computed number.
DIGITS = 6

#: The largest cell that is read (the csv module's own limit is smaller than a long record).
LONGEST = 2**24

#: What makes a spreadsheet take a cell for a formula, also in full width and after blanks or a quotation mark.
_RISKY = re.compile(
    '[\\s"\u200b-\u200f\ufeff]*[=+\\-@\u2212\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20]|[\t\r\n]'
)
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)


def guard(text: str) -> str:
    """Put a ' before a text that a spreadsheet would run; plain numbers stay as they are."""
    return f"'{text}" if _is_risky(text) else text


def unguard(cell: str) -> str:
    """Give back the text that `guard` was given, whatever it was."""
    return cell[1:] if cell.startswith("'") and _is_risky(cell[1:]) else cell


def _is_risky(text: str) -> bool:
    if _NUMBER.fullmatch(text):
        return False
    return _RISKY.match(text.lstrip("'")) is not None


def cell(value: Any) -> str:
    """Write a text, number, moment or claim as a cell; None is an empty one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.{DIGITS}f}"
    if isinstance(value, datetime):
        return moment(value)
    return guard(str(value))


def moment(at: datetime) -> str:
    """Write a moment in UTC with microseconds, so that order is never lost."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def write(file: IO[str], header: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write a table and return how many rows it has. `file` must be opened with newline=""."""
    table = csv.writer(file, lineterminator="\r\n")
    table.writerow([guard(name) for name in header])
    count = 0
    for row in rows:
        table.writerow([cell(value) for value in row])
        count += 1
    return count


def read(lines: Iterable[str]) -> Iterator[list[str]]:
    """Read a table's rows, header first, each cell as it was before it was guarded."""
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST))
    for row in csv.reader(lines, strict=True):
        yield [unguard(text) for text in row]
