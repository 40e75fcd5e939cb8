"""What kind of numbers these are: counts that people hit, or measures; and which centre of measures repeats best.

Both are read from the answers alone. Numbers are counts if more answers than not hit their task's number exactly. The
centre of measures is the one, weighted mean or weighted median, on which two halves of the crowd agree better, relative
to how far tasks lie apart (the intraclass correlation of ranks): outliers ruin a mean, and a median throws away half of what
good answers know.
"""

from __future__ import annotations

import numpy as np

from microtasks.consensus.exact import Floats, Ints, on_grid
from microtasks.consensus.numbers import equal, median
from microtasks.consensus.numbers.mean import Means
from microtasks.consensus.numbers.said import Groups, Said

#: More answers than not.
HALF = 0.5
#: Tasks with at least FEWEST answers that are needed to compare halves; with less there is no telling.
FEWEST, ENOUGH = 4, 30
SPLITS = 6


def counts(said: Said, same: Groups) -> bool:
    """Say whether these numbers are counts; measures hardly ever meet."""
    if same.size.max() == 1:
        return False
    return equal.exactness(said, same) > HALF


def mean_repeats_better(said: Said, means: Means, weights: Floats) -> bool:
    """Say whether two halves of the crowd agree better on their means than on their medians.

    `means` is the fit of the mean, `weights` are those of the median.
    """
    enough = np.bincount(said.table.task) >= FEWEST
    if enough.sum() < ENOUGH:
        return False
    kept = enough[said.table.task]
    task = (np.cumsum(enough) - 1)[said.table.task[kept]]
    given, heavy = means.given[kept], means.weight[kept]
    value, weight = said.value[kept], weights[kept]
    by_mean, by_median = [], []
    for split in range(SPLITS):
        half = _halves(task, given, heavy, split)
        total = np.bincount(half, on_grid(heavy * given))
        by_mean.append((total / np.bincount(half, heavy)).reshape(-1, 2))
        half = _halves(task, value, weight, split)
        by_median.append(median.medians(half, value, weight).reshape(-1, 2))
    return _repeats(np.concatenate(by_mean)) > _repeats(np.concatenate(by_median))


def _halves(task: Ints, value: Floats, weight: Floats, split: int) -> Ints:
    """Number each answer's half, 2 * task or 2 * task + 1.

    Drawn by rank among a task's sorted answers: neither the order of rows nor names decide who is in which half.
    """
    order = np.lexsort((weight, value, task))
    given = np.bincount(task)
    starts = np.cumsum(given) - given
    rank = np.arange(len(task)) - starts[task[order]]
    side = np.empty(len(task), dtype=np.int64)
    for size in np.unique(given).tolist():
        upper = np.zeros(size, dtype=np.int64)
        upper[np.random.default_rng([split, size]).permutation(size)[size // 2 :]] = 1
        mine = given[task[order]] == size
        side[order[mine]] = upper[rank[mine]]
    return 2 * task + side


def _repeats(pairs: Floats) -> float:
    """Return the intraclass correlation of the ranks of pairs of estimates of the same task.

    Ranks, because a few halves that outliers spoil would otherwise be all that counts.
    """
    _, code, size = np.unique(pairs, return_inverse=True, return_counts=True)
    rank = (2 * np.cumsum(size) - size)[code].reshape(pairs.shape)
    apart = int(((rank[:, 0] - rank[:, 1]) ** 2).sum())
    spread = int(((rank - rank.size) ** 2).sum())
    return 1 - apart / spread if spread else 1.0
