"""Who is right in each column, and how often each worker is: each learnt from the other, a fixed number of rounds.

The one-coin model of `consensus.live.open_ended` for columns of a lattice: wrong readings are countless, and one
candidate more is that everybody is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from microtasks.consensus.exact import LOG_BITS, Floats, Ints, on_grid
from microtasks.consensus.text.channel import REPLACED, Candidates
from microtasks.consensus.text.sums import totals

Bools = NDArray[np.bool_]

#: A worker's share of wrong units before any answer; units' worth of belief that a worker is like the crowd, and
#: that the crowd is as usual.
USUAL_ERROR, STRENGTH, CROWD_STRENGTH = 0.15, 8.0, 20.0
ROUNDS = 8
#: Nobody is believed beyond the first; beyond the second an agreeing vote would speak against what it says.
LEAST_ERROR, MOST_ERROR = 0.003, 0.8


@dataclass(frozen=True, slots=True)
class Votes:
    """Whose vote each entry is, how many people's word each line is worth, and which lines are suspicious."""

    line: Ints
    worker: Ints
    weight: Floats
    suspicious: Bools
    people: int


@dataclass(frozen=True, slots=True)
class Belief:
    """Each candidate's probability in its column, each worker's share of wrong units, each line's share of right ones."""

    chance: Floats
    error: Floats
    right: Floats


def fit(found: Candidates, votes: Votes) -> Belief:
    """Alternate between judging every column and re-reading every worker."""
    error = np.full(votes.people, USUAL_ERROR)
    units = np.bincount(votes.line, minlength=len(votes.worker))
    for _ in range(ROUNDS):
        chance = judge(found, votes, error)
        doubt = on_grid(1 - chance[found.vote])
        wrong = totals(votes.line, doubt, len(votes.worker))
        error = _errors(votes, wrong, units)
    return Belief(chance, error, 1 - wrong / np.maximum(units, 1))


def judge(found: Candidates, votes: Votes, error: Floats) -> Floats:
    """Return each candidate's probability, workers' shares of wrong units being known."""
    gain = gains(votes, error)[votes.line]
    score = found.against + totals(found.vote, gain, len(found.against))
    starts = found.first[:-1]
    weight = totals(found.column[found.vote], votes.weight[votes.line], len(starts))
    nobody = (weight - 1) * log(REPLACED)
    top = np.maximum(np.maximum.reduceat(score, starts), nobody)
    share = np.exp(score - top[found.column])
    total = np.add.reduceat(share, starts) + np.exp(nobody - top)
    chance: Floats = share / total[found.column]
    return chance


def gains(votes: Votes, error: Floats) -> Floats:
    """Return the log odds that each line's units are right, times its weight."""
    wrong = np.clip(error, LEAST_ERROR, MOST_ERROR)[votes.worker]
    wrong = np.where(votes.suspicious, MOST_ERROR, wrong)
    return on_grid(votes.weight * (np.log1p(-wrong) - np.log(wrong)), LOG_BITS)


def _errors(votes: Votes, wrong: Floats, units: Ints) -> Floats:
    crowd = (wrong.sum() + USUAL_ERROR * CROWD_STRENGTH) / (
        units.sum() + CROWD_STRENGTH
    )
    missed = totals(votes.worker, wrong, votes.people)
    given = totals(votes.worker, units.astype(np.float64), votes.people)
    found: Floats = (missed + STRENGTH * crowd) / (given + STRENGTH)
    return found
