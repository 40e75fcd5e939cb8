"""Who is right in each column, and how often each worker is: each learnt from the other, a fixed number of rounds.

The open-ended one-coin model of `consensus.live` for the columns of a lattice: wrong readings are countless, and one
candidate more is that everybody is wrong. What one person mishears others mishear too, so a column is easy, usual or
hard, and in a hard one agreement proves less (as items differ for Rasch 1960, and for Whitehill 2009 in GLAD); how
many columns are of which kind is learnt as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

import numpy as np

from microtasks.consensus.exact import LOG_BITS, Floats, Ints, on_grid
from microtasks.consensus.text.channel import REPLACED, Candidates
from microtasks.consensus.text.lattice import Bools
from microtasks.consensus.text.sums import totals

#: How much an easy, a usual and a hard column add to the log odds that a worker errs there, and how many columns are
#: of each kind where nothing is known of the crowd. The distance was picked with truth in view: 2 to 4 end within 0.3
#: points of words of one another, 3 is calibrated best (decision 020).
KINDS = (-3.0, 0.0, 3.0)
USUAL_SHARES = (0.3, 0.6, 0.1)
#: A worker's share of wrong units before any answer; units' worth of belief that a worker is like the crowd, and
#: that the crowd is as usual.
USUAL_ERROR, STRENGTH, CROWD_STRENGTH = 0.15, 8.0, 20.0
ROUNDS = 12
#: Nobody is believed beyond the first; beyond the second an agreeing vote would speak against what it says.
LEAST_ERROR, MOST_ERROR = 0.0005, 0.86
_LEAST_SKILL, _MOST_SKILL = -7.0, 3.0


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
    """Each candidate's probability in its column, and what it rests on.

    `skill` is each worker's log odds of erring in a usual column, `shares` how many columns are easy, usual, hard,
    `right` each line's share of right units.
    """

    chance: Floats
    skill: Floats
    shares: tuple[float, ...]
    right: Floats


def fit(found: Candidates, votes: Votes, known: Mapping[int, float]) -> Belief:
    """Alternate between judging every column and re-reading every worker.

    `known` says of some lines how many of their units are wrong, whatever the others said.
    """
    lines = len(votes.worker)
    skill = np.full(votes.people, log(USUAL_ERROR / (1 - USUAL_ERROR)))
    shares: Sequence[float] = USUAL_SHARES
    units = totals(votes.line, np.ones(len(votes.line)), lines)
    for _ in range(ROUNDS):
        chance, kinds = judge(found, votes, skill, shares)
        wrong = totals(votes.line, on_grid(1 - chance[found.vote]), lines)
        wrong[list(known)] = np.minimum(list(known.values()), units[list(known)])
        skill = _skills(found, votes, skill, kinds, wrong)
        shares = _shares(kinds)
    return Belief(chance, skill, tuple(shares), 1 - wrong / np.maximum(units, 1))


def judge(
    found: Candidates, votes: Votes, skill: Floats, shares: Sequence[float]
) -> tuple[Floats, Floats]:
    """Return each candidate's probability, and each kind's in each column (kinds x columns), workers being known."""
    starts, columns = found.first[:-1], len(found.first) - 1
    column = found.column[found.vote]
    people = totals(column, votes.weight[votes.line], columns)
    score = np.empty((len(KINDS), len(found.column)))
    nobody = np.empty((len(KINDS), columns))
    for kind, share in enumerate(shares):
        gain, wrong = _evidence(votes, skill + KINDS[kind])
        common = totals(column, wrong[votes.line], columns) + log(share)
        gained = totals(found.vote, gain[votes.line], len(found.column))
        score[kind] = found.against + gained + common[found.column]
        nobody[kind] = (people - 1) * log(REPLACED) + common
    top = np.maximum(np.maximum.reduceat(score, starts, axis=1), nobody).max(axis=0)
    share_of = np.exp(score - top[found.column])
    sums = np.add.reduceat(share_of, starts, axis=1) + np.exp(nobody - top)
    total = sums.sum(axis=0)
    return share_of.sum(axis=0) / total[found.column], sums / total


def gains(votes: Votes, skill: Floats) -> Floats:
    """Return the log odds that each line's units are right in a usual column, times its weight."""
    return _evidence(votes, skill)[0]


def skills(reliability: Floats, shares: Sequence[float]) -> Floats:
    """Return the skills at which workers are right as often as their reliabilities say (0..1), over all columns."""
    grid, wrong = _expected_errors(tuple(shares))
    found: Floats = np.interp(1 - reliability, wrong, grid)
    return found


@lru_cache(maxsize=64)
def _expected_errors(shares: tuple[float, ...]) -> tuple[Floats, Floats]:
    grid = np.linspace(_LEAST_SKILL, _MOST_SKILL, 101)
    wrong = [share * _odds(grid + kind) for kind, share in zip(KINDS, shares, strict=True)]  # fmt: skip
    return grid, np.sum(wrong, axis=0)


def _odds(logit: Floats) -> Floats:
    error: Floats = 1 / (1 + np.exp(-logit))
    return np.minimum(np.maximum(error, LEAST_ERROR), MOST_ERROR)


def _evidence(votes: Votes, logit: Floats) -> tuple[Floats, Floats]:
    """Return for each line what being right says rather than being wrong, and the log probability of being wrong."""
    error = np.where(votes.suspicious, MOST_ERROR, _odds(logit)[votes.worker])
    wrong = np.log(error)
    gain = np.log1p(-error) - wrong
    return on_grid(votes.weight * gain, LOG_BITS), on_grid(votes.weight * wrong, LOG_BITS)  # fmt: skip


def _skills(
    found: Candidates, votes: Votes, skill: Floats, kinds: Floats, wrong: Floats
) -> Floats:
    """Move each worker's skill so that the errors expected of it are those that were seen, shrunk to the crowd's."""
    lines, column = len(votes.worker), found.column[found.vote]
    expected = np.zeros(votes.people)
    for kind, share in zip(KINDS, kinds, strict=True):
        met = totals(votes.line, on_grid(share)[column], lines)
        expected += totals(votes.worker, met, votes.people) * _odds(skill + kind)
    crowd = (wrong.sum() + USUAL_ERROR * CROWD_STRENGTH) / (
        len(votes.line) + CROWD_STRENGTH
    )
    missed = totals(votes.worker, wrong, votes.people)
    step = np.log((missed + STRENGTH * crowd) / (expected + STRENGTH * crowd))
    moved: Floats = np.clip(skill + step, _LEAST_SKILL, _MOST_SKILL)
    return moved


def _shares(kinds: Floats) -> tuple[float, ...]:
    columns = kinds.shape[1]
    seen = on_grid(kinds).sum(axis=1) + CROWD_STRENGTH * np.array(USUAL_SHARES)
    return tuple((seen / (columns + CROWD_STRENGTH)).tolist())
