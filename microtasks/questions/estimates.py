"""What every kind's batch estimate has in common: one order of tasks, one way to state reliabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from microtasks.consensus import reliability
from microtasks.questions.kind import Ballot, Decision, Estimate, Reliability


def assemble(
    ballots: Sequence[Ballot],
    decisions: Mapping[str, Decision],
    judged: Sequence[tuple[str, float]],
    alpha: float | None,
) -> Estimate:
    """Join decisions with workers' reliabilities; `judged` holds each counted answer's worker and chance of being right.

    A worker whose every answer was "can't tell" is known by the crowd's prior alone.
    """
    names = sorted({ballot.worker for ballot in ballots})
    index = {name: position for position, name in enumerate(names)}
    worker = np.array([index[name] for name, _ in judged], dtype=np.int64)
    right = np.array([chance for _, chance in judged], dtype=np.float64)
    rates = reliability.rates(worker, right, len(names))
    columns = (rates.accuracy, rates.low, rates.high, rates.answers)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    workers = {name: Reliability(*row) for name, row in zip(names, rows, strict=True)}
    return Estimate(
        {task: decisions[task] for task in sorted(decisions)}, workers, alpha
    )
