"""Rows of cells under a header become records: the rules that every kind of table shares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from microtasks.errors import InvalidInput
from microtasks.intake.found import FoundRecord, Refusal
from microtasks.intake.limits import Limits

_LONGEST_NAME = 500
#: What no store keeps faithfully: PostgreSQL refuses NUL, and a lone surrogate cannot be encoded.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def records(
    rows: Iterable[tuple[int, list[str] | str]], file: str, limits: Limits
) -> Iterator[FoundRecord | Refusal]:
    """Yield a record or a refusal for each row under the header.

    Rows without any cell are layout and pass unseen, as do blank rows at the end; a blank row between others is
    refused, so that nobody wonders where it went. Raises InvalidInput for a header that cannot be used.
    """
    header: list[str] = []
    blank: list[int] = []
    count = 0
    for number, cells in rows:
        if not cells:
            continue
        if not header:
            header = _header(cells, limits)
            continue
        count += 1
        if count > limits.max_rows:
            yield Refusal(
                file, f"only the first {limits.max_rows:,} rows are taken", number
            )
            return
        if not isinstance(cells, str) and not any(map(str.strip, cells)):
            blank.append(number)
            continue

        yield from (Refusal(file, "every column is blank", row) for row in blank)
        blank.clear()
        yield _record(file, number, header, cells, limits)
    if count == len(blank):
        raise InvalidInput(
            "the table has no rows under its header" if header else "the table is empty"
        )


def check_cells(columns: Mapping[str, str], limits: Limits) -> None:
    """Raise InvalidInput for a record that cannot be kept as it is, naming the column where one is at fault."""
    if len(columns) > limits.max_columns:
        raise InvalidInput(
            f"it has {len(columns):,} columns; at most {limits.max_columns:,} are taken"
        )
    for name, text in columns.items():
        _check_name(name)
        if len(text) > limits.max_cell:
            raise InvalidInput(
                f"the cell holds {len(text):,} characters; at most {limits.max_cell:,} are taken",
                name,
            )
        if _UNSTORABLE.search(text):
            raise InvalidInput(
                "the cell holds a NUL or half of a character: remove it", name
            )
    if not any(map(str.strip, columns.values())):
        raise InvalidInput("every column is blank")


def _header(cells: list[str] | str, limits: Limits) -> list[str]:
    if isinstance(cells, str):
        raise InvalidInput(f"the header cannot be read: {cells}")
    names = trimmed([cell.strip() for cell in cells], 0)
    if not names:
        raise InvalidInput("the first row must name the columns, and it is blank")
    if len(names) > limits.max_columns:
        raise InvalidInput(
            f"the table has {len(names):,} columns; at most {limits.max_columns:,} are taken"
        )

    for number, name in enumerate(names, start=1):
        if not name:
            raise InvalidInput(
                f"column {number} has no name: name every column in the first row"
            )
        _check_name(name)
        if names.index(name) < number - 1:
            raise InvalidInput(
                f"two columns are named `{name}` ({names.index(name) + 1} and {number}): rename one",
                name,
            )
    return names


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > _LONGEST_NAME or _UNSTORABLE.search(name):
        raise InvalidInput(
            f"the name of a column must be 1 to {_LONGEST_NAME} characters of text, not {name[:50]!r}"
        )


def trimmed(cells: list[str], width: int) -> list[str]:
    """Return the cells without the blank ones that spreadsheets leave at the end, beyond a width."""
    end = len(cells)
    while end > width and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _record(
    file: str, number: int, header: list[str], cells: list[str] | str, limits: Limits
) -> FoundRecord | Refusal:
    if isinstance(cells, str):
        return Refusal(file, cells, number)
    cells = trimmed(cells, len(header))
    if len(cells) != len(header):
        return Refusal(
            file,
            f"the row has {len(cells):,} cells and the header {len(header):,}: check its commas and quotation marks",
            number,
        )
    columns = dict(zip(header, cells, strict=True))
    try:
        check_cells(columns, limits)
    except InvalidInput as refusal:
        return Refusal(file, str(refusal), number, refusal.field)
    return FoundRecord(file, number, columns)
