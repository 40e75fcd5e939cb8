"""Neighbouring columns belong together: a reading that nobody wrote beside its neighbour is less probable.

Voting on columns one by one may join the first half of one person's phrase to the second half of another's. Here
each pair of neighbouring readings is worth how much more often the same people chose both than chance would have it,
and the forward-backward pass (Rabiner 1989) over each run of disputed columns gives every reading's probability.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microtasks.consensus.exact import Floats, Ints
from microtasks.consensus.text.channel import Candidates
from microtasks.consensus.text.lattice import Bools
from microtasks.consensus.text.sums import begins, totals, widths

#: Votes that each pair of readings is given beforehand, so that a pair never chosen is unlikely, not impossible.
BEFOREHAND = 0.1


@dataclass(frozen=True, slots=True)
class _Links:
    """Pairs of candidates of neighbouring disputed columns, with the logarithm of their lift and their run's step."""

    left: Ints
    right: Ints
    lift: Floats
    step: Ints


def marginals(
    found: Candidates, chance: Floats, line: Ints, first: Ints, weight: Floats
) -> Floats:
    """Return candidates' probabilities with their neighbours considered; `weight` is each entry's worth in people."""
    joined = _joined(found, first)
    if not joined.any():
        return chance
    links = _links(found, joined, line, weight)
    own = np.log(np.maximum(chance, 1e-300))
    ahead = _swept(own, links, links.left, links.right, range(int(links.step.max()) + 1))  # fmt: skip
    back = _swept(own, links, links.right, links.left, range(int(links.step.max()), -1, -1))  # fmt: skip
    score = ahead + back - own
    starts = found.first[:-1]
    share = np.exp(score - np.maximum.reduceat(score, starts)[found.column])
    # What a column leaves to "everybody is wrong" is no matter of neighbours.
    known = np.add.reduceat(chance, starts) / np.add.reduceat(share, starts)
    found_chance: Floats = share * known[found.column]
    return found_chance


def _swept(
    own: Floats, links: _Links, source: Ints, target: Ints, steps: range
) -> Floats:
    """Carry scores along each run, one step of all runs at a time."""
    score = own.copy()
    order = np.lexsort((source, target, links.step))
    bounds = np.searchsorted(links.step[order], np.arange(len(steps) + 1))
    for step in steps:
        here = order[bounds[step] : bounds[step + 1]]
        goal = target[here]
        parts = score[source[here]] + links.lift[here]
        first = begins(goal)
        top = np.maximum.reduceat(parts, first)
        size = widths(np.append(first, len(goal)))
        total = np.add.reduceat(np.exp(parts - np.repeat(top, size)), first)
        score[goal[first]] += top + np.log(total)
    return score


def _joined(found: Candidates, first: Ints) -> Bools:
    """Say of each column but the last whether it and the next are both disputed, and of one task."""
    disputed = widths(found.first) > 1
    joined: Bools = disputed[:-1] & disputed[1:]
    joined[first[1:-1] - 1] = False
    return joined


def _links(found: Candidates, joined: Bools, line: Ints, weight: Floats) -> _Links:
    size = widths(found.first)
    left, right = _crossed(found.first, size, np.flatnonzero(joined))
    both = _together(found, line, weight, left, right)
    alone = totals(found.vote, weight, len(found.column))
    step = _steps(joined)[found.column[left]]
    return _Links(left, right, _lift(found, size, both, alone, left, right), step)


def _crossed(first: Ints, size: Ints, columns: Ints) -> tuple[Ints, Ints]:
    across = size[columns] * size[columns + 1]
    of = np.repeat(columns, across)
    within = np.arange(len(of)) - np.repeat(np.cumsum(across) - across, across)
    one, other = np.divmod(within, size[of + 1])
    return first[of] + one, first[of + 1] + other


def _together(
    found: Candidates, line: Ints, weight: Floats, left: Ints, right: Ints
) -> Floats:
    """Return how many people chose both readings of each pair."""
    next_to = line[:-1] == line[1:]
    count = np.int64(len(found.column))
    code = (found.vote[:-1] * count + found.vote[1:])[next_to]
    wanted = left * count + right
    place = np.minimum(np.searchsorted(wanted, code), len(wanted) - 1)
    hit = wanted[place] == code
    return totals(place[hit], weight[:-1][next_to][hit], len(wanted))


def _lift(
    found: Candidates, size: Ints, both: Floats, alone: Floats, left: Ints, right: Ints
) -> Floats:
    column = found.column[left]
    people = totals(found.column, alone, len(size))[column]
    ways = size[column] * size[column + 1] * BEFOREHAND
    one = alone[left] + size[column + 1] * BEFOREHAND
    other = alone[right] + size[column] * BEFOREHAND
    lift: Floats = np.log((both + BEFOREHAND) * (people + ways) / (one * other))
    return lift


def _steps(joined: Bools) -> Ints:
    """Return how many links in a row end before each column's link."""
    places = np.arange(len(joined))
    last = np.maximum.accumulate(np.where(joined, -1, places))
    return places - last - 1
