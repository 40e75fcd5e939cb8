"""Which of several spellings of one reading is exported: the one that most and the most reliable people typed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microtasks.consensus.exact import Floats, Ints
from microtasks.consensus.text.lattice import Lattice
from microtasks.consensus.text.normal import Rules
from microtasks.consensus.text.sums import begins, totals, widths
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
    chosen, chance = np.full(columns, -1, dtype=np.int64), np.ones(columns)
    chosen[laid.column[agreeing]] = laid.unit[agreeing]
    various = np.zeros(columns, dtype=np.bool_)
    various[laid.column[agreeing[chosen[laid.column[agreeing]] != laid.unit[agreeing]]]] = True  # fmt: skip
    if not various.any():
        return Spelled(chosen, chance)
    agreeing = agreeing[various[laid.column[agreeing]]]
    column, unit = laid.column[agreeing], laid.unit[agreeing]
    strict = _strict(laid.units, rules)
    weight = gain[agreeing] - np.log(ALIKE)
    places, best, share = _heaviest(column, strict[unit], weight)
    heaviest = np.full(columns, -1, dtype=np.int64)
    heaviest[places], chance[places] = best, share
    alike = strict[unit] == heaviest[column]
    places, best, _ = _heaviest(column[alike], unit[alike], weight[alike])
    chosen[places] = best
    return Spelled(chosen, chance)


def _strict(units: tuple[str, ...], rules: Rules) -> Ints:
    """Return for each unit the place of the first one that is spelled the same under the rules."""
    first: dict[str, int] = {}
    return np.array(
        [first.setdefault(spelling(unit, rules), n) for n, unit in enumerate(units)],
        dtype=np.int64,
    )


def _heaviest(column: Ints, item: Ints, weight: Floats) -> tuple[Ints, Ints, Floats]:
    """Return the columns there are, the heaviest item of each, and its share when weights are log odds."""
    items = item.max() + 1
    code, back = np.unique(column * items + item, return_inverse=True)
    total = totals(back, weight, len(code))
    place, which = np.divmod(code, items)
    order = np.lexsort((which, -total, place))
    first = begins(place[order])
    top = order[first]
    size = widths(np.append(first, len(order)))
    apart = np.exp(total[order] - np.repeat(total[top], size))
    return place[top], which[top], 1 / np.add.reduceat(apart, first)
