"""A crowd's lines laid out for voting: for every task its columns, and in each column what every line has there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from microtasks.consensus.exact import Ints
from microtasks.consensus.text import alignment
from microtasks.consensus.text.medoid import central
from microtasks.consensus.text.normal import Rules
from microtasks.consensus.text.units import CUTTERS, Cutter, is_unspaced, reading, words

#: Readings that no unit has, and their places: nothing stands here; the line is blank; the line is not blank.
NOTHING, BLANK, WRITTEN = "", "\x00blank", "\x00written"
NOTHING_ID, BLANK_ID, WRITTEN_ID = range(3)

Bools = NDArray[np.bool_]

#: A text with a letter or digit is never blank, whatever is ignored.
_LETTER = re.compile(r"[^\W_]")

Row = Sequence[int]


@dataclass(frozen=True, slots=True)
class Lattice:
    """All votes of a crowd, one entry for each line and column, in the order of lines and then columns.

    `line` and `column` say whose vote on what an entry is, `reading` and `unit` what it says (positions in `readings`
    and `units`; unit -1: nothing; `of_words` if units are words). Columns are numbered through, task after task: those of task t are
    `first[t]` up to `first[t + 1]`; a task where some lines are blank begins with a column that asks just that.
    """

    line: Ints
    column: Ints
    reading: Ints
    unit: Ints
    first: Ints
    readings: tuple[str, ...]
    units: tuple[str, ...]
    of_words: bool


def build(tasks: Sequence[Sequence[str]], rules: Rules, method: str) -> Lattice:
    """Lay out the lines of each task by the named way of cutting (words, characters, exact)."""
    cut, strict = CUTTERS[method], method == "exact"
    pieces = [[_pieces(text, cut, rules, strict) for text in texts] for texts in tasks]
    units = tuple(sorted(set().union(*(each for texts in pieces for each in texts))))
    read = [rules.key(unit) if strict else reading(unit, rules) for unit in units]
    readings = (NOTHING, BLANK, WRITTEN, *sorted(set(read) - {NOTHING}))
    number = {name: n for n, name in enumerate(readings)}
    laid = _Layout(
        readings,
        {unit: number[of or BLANK] for unit, of in zip(units, read, strict=True)},
        {unit: n for n, unit in enumerate(units)},
    )
    for texts in pieces:
        laid.add(texts)
    return laid.lattice(units, cut is words)


def _pieces(text: str, cut: Cutter, rules: Rules, strict: bool) -> Sequence[str]:
    text = unicodedata.normalize("NFC", text)
    if not strict and not _LETTER.search(text) and not rules.key(text):
        return ()
    found = list(cut(text))
    # The gap before a line's first unit says nothing; a word may stand further in, in another line.
    if cut is words:
        first = found[0].lstrip()
        found[0] = first if is_unspaced(first) else f" {first}"
    return found


class _Layout:
    """The growing lists of a lattice."""

    def __init__(
        self,
        readings: Sequence[str],
        ids: Mapping[str, int],
        unit_ids: Mapping[str, int],
    ) -> None:
        self._readings, self._ids, self._unit_ids = readings, ids, unit_ids
        self._line: list[int] = []
        self._column: list[int] = []
        self._reading: list[int] = []
        self._unit: list[int] = []
        self._first = [0]
        self._lines = 0
        self._apart = cache(self._unlike)

    def _unlike(self, one: int, other: int) -> float:
        names = self._readings
        return float(Levenshtein.normalized_distance(names[one], names[other]))

    def add(self, texts: Sequence[Sequence[str]]) -> None:
        """Lay out one task's lines; blank ones have no units."""
        lines = [tuple(map(self._ids.__getitem__, units)) for units in texts]
        rows = self._rows({line for line in lines if line})
        start = self._first[-1]
        asks = int(() in lines)
        width = asks + len(next(iter(rows.values()), ()))
        for line, units in zip(lines, texts, strict=True):
            if asks:
                self._vote(start, [BLANK_ID if not line else WRITTEN_ID], [-1])
            if line:
                # One more at the end, where position -1 looks: nothing stands there.
                said = (*line, 0)
                typed = [*map(self._unit_ids.__getitem__, units), -1]
                row = rows[line]
                self._vote(
                    start + asks, [said[p] for p in row], [typed[p] for p in row]
                )
            self._lines += 1
        self._first.append(start + width)

    def _vote(self, start: int, said: Sequence[int], typed: Sequence[int]) -> None:
        self._line.extend([self._lines] * len(said))
        self._column.extend(range(start, start + len(said)))
        self._reading.extend(said)
        self._unit.extend(typed)

    def _rows(self, distinct: set[alignment.Line]) -> Mapping[alignment.Line, Row]:
        lines = sorted(distinct)
        if len(lines) == 1:
            return {lines[0]: range(len(lines[0]))}
        if not lines:
            return {}
        laid = alignment.rows(lines, self._central(lines), self._apart)
        return dict(zip(lines, laid, strict=True))

    def _central(self, lines: Sequence[alignment.Line]) -> int:
        texts = [" ".join([self._readings[unit] for unit in line]) for line in lines]
        return central(texts, lines)

    def lattice(self, units: tuple[str, ...], of_words: bool) -> Lattice:
        """Return what was laid out."""
        return Lattice(
            line=np.array(self._line, dtype=np.int64),
            column=np.array(self._column, dtype=np.int64),
            reading=np.array(self._reading, dtype=np.int64),
            unit=np.array(self._unit, dtype=np.int64),
            first=np.array(self._first, dtype=np.int64),
            readings=tuple(self._readings),
            units=units,
            of_words=of_words,
        )
