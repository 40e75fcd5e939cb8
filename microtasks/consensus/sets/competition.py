"""Which sets of options the answers come from, when most people tick one of several that apply.

A task has a set of options that hold. An answer is one voice, shared evenly among the options that it ticks; it falls on
the set with a chance that is the crowd's, evenly on its options, and otherwise anywhere as errors fall. So what three
options share is not held against any of them, and a tick tells the more, the fewer are ticked beside it. The crowd's
chance to err, where errors fall, and how often each option holds are fitted by EM; a set that people found empty
holds the option "nothing". All sets of a task's most ticked options are weighed against each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from microtasks.consensus.exact import LOG_BITS, Floats, Ints, on_grid

#: The most options of one task whose sets are weighed: 2^6 - 1 sets. Rarer ones are errors or wait for more ticks.
MOST = 6
ROUNDS, TOLERANCE = 40, 1e-3
START_ERROR, START_SHARE = 0.3, 0.1
#: No option is taken to hold in more tasks than this beforehand: a prior must not outvote a task's own answers.
MOST_SHARE = 0.6

_SETS = (np.arange(1, 2**MOST)[:, None] >> np.arange(MOST)) & 1  #: (sets, members)
_SIZES = _SETS.sum(axis=1)
_OF_SIZE = _SIZES[:, None] == np.arange(1, MOST + 1)  #: (sets, sizes)


class Candidates(NamedTuple):
    """Each task's most ticked options: `option` (tasks, MOST), the voices of each, which sets of them may be."""

    option: Ints
    voices: Floats
    allowed: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Crowd:
    """What is fitted: the chance that a voice errs, where errors fall, how often each option holds."""

    error: float
    falls: Floats
    share: Floats


def posterior(counts: Floats) -> Floats:
    """Return (tasks, options): the chance that each option holds, from `Ticks.counted`."""
    chosen = _candidates(counts)
    falls = (counts.sum(axis=0) + 1) / (counts.sum() + counts.shape[1])
    crowd = Crowd(START_ERROR, falls, np.full(counts.shape[1], START_SHARE))
    before = None
    for _ in range(ROUNDS):
        chance, holds = _weigh(chosen, crowd)
        if before is not None and np.abs(holds - before).max() < TOLERANCE:
            break
        before = holds
        crowd = _learn(counts, chosen, chance, holds, crowd)
    return _spread(counts, chosen, holds)


def _candidates(counts: Floats) -> Candidates:
    # Where the seventh most ticked ties with others, all of these stay out: names must not decide who is in.
    if counts.shape[1] > MOST:
        bar = -np.partition(-counts, MOST, axis=1)[:, MOST]
        counts = np.where(counts > bar[:, None], counts, 0.0)
    option = np.argsort(-counts, axis=1, kind="stable")[:, :MOST]
    if (lacking := MOST - option.shape[1]) > 0:
        option = np.pad(option, ((0, 0), (0, lacking)))
    voices = np.take_along_axis(counts, option, axis=1)
    voices[:, counts.shape[1] :] = 0
    real = voices > 0
    nothing = real & (option == counts.shape[1] - 1)
    beyond = (~real).astype(np.float64) @ _SETS.T > 0
    alone = (nothing.astype(np.float64) @ _SETS.T == 0) | (_SIZES == 1)
    return Candidates(option, voices, ~beyond & alone)


def _pull(crowd: Crowd, option: Ints) -> tuple[Floats, Floats]:
    """Return (tasks, MOST, sizes) the chance of a voice for an option of a set of each size, and for one outside."""
    outside = (crowd.error * crowd.falls[option])[:, :, None]
    return (1 - crowd.error) / np.arange(1, MOST + 1) + outside, outside


def _weigh(chosen: Candidates, crowd: Crowd) -> tuple[Floats, Floats]:
    """Return each set's chance (tasks, sets), and each candidate's chance to hold in a set of each size."""
    inside, outside = _pull(crowd, chosen.option)
    odds = np.log(crowd.share / (1 - crowd.share))[chosen.option]
    gain = chosen.voices[:, :, None] * np.log(inside / outside) + odds[:, :, None]
    gain = on_grid(gain, LOG_BITS)
    score = np.where(chosen.allowed, 0.0, -np.inf)
    for member in range(MOST):
        score += gain[:, member, _SIZES - 1] * _SETS[:, member]
    # A task without candidates has no set at all; its chances are not looked at.
    top = score.max(axis=1, keepdims=True)
    raw = on_grid(np.exp(score - np.where(np.isfinite(top), top, 0.0)))
    chance = on_grid(raw / np.maximum(raw.sum(axis=1, keepdims=True), 1.0))
    by_size = chance[:, :, None] * _OF_SIZE
    holds: Floats = np.einsum("sm,nsz->nmz", _SETS.astype(np.float64), by_size)
    return chance, holds


def _learn(
    counts: Floats, chosen: Candidates, chance: Floats, holds: Floats, crowd: Crowd
) -> Crowd:
    inside, outside = _pull(crowd, chosen.option)
    meant = on_grid((holds * (1 - outside / inside)).sum(axis=2))
    hits = on_grid(chosen.voices * meant)
    columns = counts.shape[1]
    right = np.bincount(chosen.option.ravel(), hits.ravel(), minlength=columns)
    wrong = counts.sum(axis=0) - right
    held = on_grid(holds.sum(axis=2)) * (chosen.voices > 0)
    often = np.bincount(chosen.option.ravel(), held.ravel(), minlength=columns)
    tasks = len(counts)
    error = (wrong.sum() + 1) / (counts.sum() + 2)
    falls = (wrong + 1) / (wrong.sum() + columns)
    share = np.clip((often + 0.5) / (tasks + 1), 1e-3, MOST_SHARE)
    return Crowd(float(error), falls, share)


def _spread(counts: Floats, chosen: Candidates, holds: Floats) -> Floats:
    belief = np.zeros_like(counts)
    held = on_grid(holds.sum(axis=2)) * (chosen.voices > 0)
    rows = np.arange(len(counts))[:, None]
    np.add.at(belief, (rows, chosen.option), held)
    lost = ~chosen.allowed.any(axis=1)
    belief[lost] = counts[lost] / counts[lost].sum(axis=1, keepdims=True)
    options: Floats = belief[:, :-1]
    return options
