"""How far a crowd's marks agree, and how often each worker's are right."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum

import numpy as np

from microtasks.consensus.marks.fit import Fit
from microtasks.consensus.marks.sums import tally

#: Objects that are likelier real than this are held against those who did not mark them.
REAL = 0.5


def judged(fit: Fit, confidence: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return (worker, chance of being right) for all that each worker marked or should have.

    A mark is right if its object is real; a real object that the worker saw and did not mark is a wrong; and saying
    "nothing here" is as right as the card's decision is sure, if that is that nothing is there.
    """
    table, found = fit.scene.table, fit.clusters
    workers, tasks = table.workers, table.tasks
    chance = fit.chance[found.of].tolist()
    rows = list(zip((workers[w] for w in table.worker), chance, strict=True))
    real = np.flatnonzero(fit.chance > REAL)
    here = tally(found.task[real], len(tasks))
    marked = np.zeros(len(table.answer_task), dtype=np.int64)
    np.add.at(marked, table.answer, (fit.chance[found.of] > REAL).astype(np.int64))
    overlooked = here[table.answer_task] - marked
    for answer, misses in enumerate(overlooked.tolist()):
        name = workers[table.answer_worker[answer]]
        rows.extend([(name, 0.0)] * misses)
        if not table.answer_marks[answer] and not here[table.answer_task[answer]]:
            rows.append((name, confidence[tasks[table.answer_task[answer]]]))
    return rows


def alpha(fit: Fit) -> float | None:
    """Return Krippendorff's alpha of "marked or not" over all candidates that two or more answers could have marked.

    Every candidate was marked at least once, so chance agreement is measured among candidates, not over the picture:
    a crowd of many strays goes below zero.
    """
    table, found = fit.scene.table, fit.clusters
    seen = tally(table.answer_task, len(table.tasks))[found.task]
    marked = fit.scores.marked
    pairable = seen > 1
    seen, marked = seen[pairable], marked[pairable]
    size, yes = int(seen.sum()), int(marked.sum())
    expected = 2 * yes * (size - yes)
    if expected == 0:
        return None
    splits = 2 * marked * (seen - marked) / np.maximum(seen - 1, 1)
    return 1 - (size - 1) * fsum(splits.tolist()) / expected
