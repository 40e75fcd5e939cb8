"""How probable one reading is where another one is true: the errors that people make in a line.

Relative to the chance of being wrong at all: a unit is left out, one is added, or another one stands there, the
likelier the more its spelling has in common with the true one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cpdist

from microtasks.consensus.exact import LOG_BITS, Floats, Ints, on_grid
from microtasks.consensus.text.lattice import BLANK_ID, NOTHING_ID, WRITTEN_ID
from microtasks.consensus.text.sums import totals, widths

#: Shares of errors that leave the unit out, add just this unit, or put just this look-alike there. Picked with the truth
#: of the crowds of decision 020 in view, which says how little their neighbours differ.
LEFT_OUT, ADDED, REPLACED = 0.15, 0.02, 0.1
#: How fast the last falls with distance: of two words without a common letter by e^-1.
UNLIKE = 1.0


@dataclass(frozen=True, slots=True)
class Candidates:
    """The distinct readings of each column, and what every column's votes say of each before reliabilities count.

    Candidates of column k are `first[k]` up to `first[k + 1]`, sorted by reading; `vote` has each entry's candidate,
    `against` each candidate's log probability of all votes for others, given that they are wrong.
    """

    reading: Ints
    column: Ints
    first: Ints
    vote: Ints
    against: Floats


def candidates(
    column: Ints, said: Ints, weight: Floats, columns: int, readings: Sequence[str]
) -> Candidates:
    """Find the candidates of each column; `weight` is how many people's word each entry is worth."""
    code = column * np.int64(len(readings)) + said
    distinct, vote = np.unique(code, return_inverse=True)
    place, reading = np.divmod(distinct, np.int64(len(readings)))
    first = np.searchsorted(place, np.arange(columns + 1))
    weights = totals(vote, weight, len(distinct))
    against = _against(place, reading, first, weights, readings)
    return Candidates(reading, place, first, vote.astype(np.int64), against)


def pairs(first: Ints, column: Ints) -> tuple[Ints, Ints]:
    """Return every ordered pair of candidates of one column, a candidate with itself left out."""
    size = widths(first)[column]
    one = np.repeat(np.arange(len(column)), size)
    within = np.arange(len(one)) - np.repeat(np.cumsum(size) - size, size)
    other = first[column[one]] + within
    apart = one != other
    return one[apart], other[apart]


def _against(
    place: Ints, reading: Ints, first: Ints, weights: Floats, readings: Sequence[str]
) -> Floats:
    true, said = pairs(first, place)
    chance = _log_chance(reading[true], reading[said], readings)
    return totals(true, on_grid(weights[said] * chance, LOG_BITS), len(place))


def _log_chance(true: Ints, said: Ints, readings: Sequence[str]) -> Floats:
    """Return the log probability of saying this where that is true, given an error."""
    code, back = np.unique(true * np.int64(len(readings)) + said, return_inverse=True)
    one, other = (part.tolist() for part in np.divmod(code, np.int64(len(readings))))
    apart = cpdist(
        [readings[n] for n in one],
        [readings[n] for n in other],
        scorer=Levenshtein.normalized_distance,
        dtype=np.float64,
    )
    chance = log(REPLACED) - UNLIKE * apart[back]
    chance = np.where(said == NOTHING_ID, log(LEFT_OUT), chance)
    chance = np.where(true == NOTHING_ID, log(ADDED), chance)
    blankness = (said == BLANK_ID) | (said == WRITTEN_ID)
    found: Floats = np.where(blankness, log(REPLACED), chance)
    return found
