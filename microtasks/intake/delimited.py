"""CSV and its relatives: rows of cells, however the file is delimited; a broken row never takes the rest with it."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from microtasks.intake import text
from microtasks.intake.limits import Limits

#: What separates cells, in the order in which a tie is decided.
DELIMITERS = ",;\t|"
_SAMPLE = 20

# The module's own wall would end a file at its first long cell; rows are measured here instead.
csv.field_size_limit(1 << 30)

#: A row's number as a spreadsheet shows it, with its cells or the reason why they cannot be read.
Row = tuple[int, list[str] | str]


class _TooLong(Exception):
    """A row went on for longer than any honest row."""


def rows(path: Path, limits: Limits) -> Iterator[Row]:
    """Yield every row of the file; an empty line is a row without cells."""
    delimiter = sniff(list(islice(text.lines(path, limits.max_row), _SAMPLE)))
    feed = _Feed(text.lines(path, limits.max_row), limits.max_row)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    number = 1
    while True:
        feed.begin()
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except (csv.Error, _TooLong):
            yield number, feed.fault(limits)
            feed.back_to_second_line()
            reader = csv.reader(feed, delimiter=delimiter, strict=True)
        number += 1


def sniff(sample: list[str]) -> str:
    """Return the delimiter under which most of the first rows are as wide as the header, and wider than one cell."""

    def fitting(delimiter: str) -> int:
        widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
        return widths.count(widths[0]) if widths and widths[0] > 1 else 0

    return max(DELIMITERS, key=fitting)


class _Feed:
    """The lines of a file, remembering those of the current row so that it can be read otherwise."""

    def __init__(self, lines: Iterator[str], longest: int) -> None:
        self._lines, self._longest = lines, longest
        self._again: deque[str] = deque()
        self._row: list[str] = []
        self._size = 0

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self._row.append(line)
        self._size += len(line)
        if self._size > self._longest:
            raise _TooLong
        return line

    def begin(self) -> None:
        """Forget the row before."""
        self._row, self._size = [], 0

    def back_to_second_line(self) -> None:
        """Give all but the row's first line once more: a stray quote must not swallow what follows."""
        self._again.extendleft(reversed(self._row[1:]))

    def fault(self, limits: Limits) -> str:
        """Say what is wrong with the row that could not be read."""
        if len(self._row) == 1 and self._size > self._longest:
            return f"the row is longer than {limits.max_row:,} characters: shorten it"
        return 'a quotation mark in this row is not closed: double it ("") or remove it'
