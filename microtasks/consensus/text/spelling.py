"""Which of several spellings of one reading is exported: the one that most and the most reliable people typed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microtasks.consensus.exact import Floats, Ints
from microtasks.consensus.text.lattice import Lattice
from microtasks.consensus.text.normal import Rules
from microtasks.consensus.text.sums import totals
from microtasks.consensus.text.units import spelling

#: How often two people who both spell wrongly do it alike: there is mostly one other way, a capital or a comma.
ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Spelled:
    """For each column the unit that is exported (-1: nothing), and how probable its spelling is where it counts."""

    unit: Ints
    chance: Floats


def spell(
    laid: Lattice, agreeing: Ints, gain: Floats, columns: int, rules: Rules
) -> Spelled:
    """Choose each column's spelling among the entries that agree with its reading; `gain` is each entry's weight.

    Spellings that the rules tell apart are weighed against one another; within the winning one the form is only
    a matter of taste, and the weightiest is taken. Ties go by sort order.
    """
    column, unit = laid.column[agreeing], laid.unit[agreeing]
    strict = _strict(laid.units, rules)
    weight = gain[agreeing] - np.log(ALIKE)
    best, chance = _heaviest(column, strict[unit], weight, columns, len(laid.units))
    alike = strict[unit] == best[column]
    chosen, _ = _heaviest(
        column[alike], unit[alike], weight[alike], columns, len(laid.units)
    )
    return Spelled(chosen, chance)


def _strict(units: tuple[str, ...], rules: Rules) -> Ints:
    """Return for each unit the place of the first one that is spelled the same under the rules."""
    first: dict[str, int] = {}
    return np.array(
        [first.setdefault(spelling(unit, rules), n) for n, unit in enumerate(units)],
        dtype=np.int64,
    )


def _heaviest(
    column: Ints, item: Ints, weight: Floats, columns: int, items: int
) -> tuple[Ints, Floats]:
    """Return each column's heaviest item (-1 where there is none), and its share when weights are log odds."""
    code, back = np.unique(column * np.int64(items) + item, return_inverse=True)
    total = totals(back, weight, len(code))
    place, which = np.divmod(code, np.int64(items))
    order = np.lexsort((which, -total, place))
    begins = np.flatnonzero(np.diff(place[order], prepend=-1))
    top = order[begins]
    best, share = np.full(columns, -1, dtype=np.int64), np.ones(columns)
    best[place[top]] = which[top]
    size = np.diff(begins, append=len(order))
    apart = np.exp(total[order] - np.repeat(total[top], size))
    if len(order):
        share[place[top]] = 1 / np.add.reduceat(apart, begins)
    return best, share
