"""Whether the default consensus keeps its confidences on real labelled crowds, beside vote shares and crowd-kit.

`off` is the expected calibration error of the decided class over ten equal bins, less what a perfectly calibrated method
would show on so many tasks (right as often as it says, drawn twenty times). `log_loss` is the mean of -log of what the
true class was given, at least 1e-6; vote shares are smoothed by a quarter vote. `off_with_gold`: after thirty tasks of
known truth, drawn four times. Some constants were chosen with these crowds in view: see docs/decisions/008.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import _peers
from benchmarks.consensus_accuracy import CROWDS, SETS
from benchmarks.result import Result
from microtasks.consensus.categories import methods, temperature
from microtasks.consensus.categories.table import from_arrays
from microtasks.crowd_file import read_answers, read_truth
from microtasks.promises import measure as promises
from microtasks.questions import kind

Array = NDArray[Any]
LEAST, GOLD, DRAWS = 1e-6, 30, 4
_CROWD_KIT = f"""
import csv, math

def load(answers, truth):
    import pandas, crowdkit.aggregation
    frame = pandas.read_csv(answers, dtype=str, keep_default_na=False)
    known = pandas.read_csv(truth, dtype=str, keep_default_na=False)
    frame = frame.drop_duplicates(["task", "worker"], keep="last")
    return frame[["task", "worker", "label"]], dict(zip(known.task, known.label))

def work(loaded):
    from crowdkit.aggregation import DawidSkene
    frame, truth = loaded
    chances = DawidSkene(n_iter=100).fit_predict_proba(frame).to_dict("index")
    given = [chances[t].get(x, 0.0) for t, x in truth.items() if t in chances]
    return sum(-math.log(max(chance, {LEAST})) for chance in given) / len(given)
"""


@dataclass(frozen=True, slots=True)
class Crowd:
    """What two methods believe, (tasks, classes), and the class of each task, -1 where it is not known."""

    auto: Array
    majority: Array
    truth: Array


def decide(name: str) -> Crowd:
    """Decide one labelled crowd by the default and by majority."""
    choice = kind("choice")
    ballots = read_answers(CROWDS / name / "answers.csv", choice)
    truth = read_truth(CROWDS / name / "truth.csv", choice)
    labels = sorted({str(b.value) for b in ballots} | set(map(str, truth.values())))
    at = {label: index for index, label in enumerate(labels)}
    tasks, workers = (
        np.array([getattr(b, x) for b in ballots]) for x in ("task", "worker")
    )
    said = np.array([at[str(b.value)] for b in ballots])
    table = from_arrays(tasks, workers, said, len(at))
    known = np.array([at[str(truth[t])] if t in truth else -1 for t in table.tasks])
    auto, majority = (methods.posterior(table, m) for m in ("auto", "majority"))
    return Crowd(auto, majority, known)


def log_loss(belief: Array, truth: Array) -> float:
    """Return the mean surprise at the truth, in nats."""
    rows = np.flatnonzero(truth >= 0)
    return float(-np.log(np.maximum(belief[rows, truth[rows]], LEAST)).mean())


def off(belief: Array, truth: Array) -> float:
    """Return the expected calibration error beyond a perfectly calibrated method's."""
    rows = np.flatnonzero(truth >= 0)
    sure, first = belief[rows].max(axis=1), belief[rows].argmax(axis=1)
    rng = np.random.default_rng(0)
    chance = [_error(sure, rng.random(len(sure)) < sure) for _ in range(20)]
    return max(0.0, _error(sure, first == truth[rows]) - float(np.mean(chance)))


def _error(sure: Array, right: Array) -> float:
    found = promises(list(zip(sure.tolist(), right.tolist(), strict=True)))
    return 0.0 if found is None else found.error


def off_with_gold(crowd: Crowd) -> float:
    """Return the mean of `off` on the other tasks after some tasks' truth has set the temperature."""
    rng, found = np.random.default_rng(3), []
    for _ in range(DRAWS):
        gold = rng.choice(np.flatnonzero(crowd.truth >= 0), GOLD, replace=False)
        told = {int(task): int(crowd.truth[task]) for task in gold}
        rest = crowd.truth.copy()
        rest[gold] = -1
        found.append(off(temperature.calibrated(crowd.auto, told), rest))
    return float(np.mean(found))


def measure() -> Iterator[Result]:
    """Measure each crowd that is at hand, then the means."""
    found = [name for name in SETS if (CROWDS / name / "answers.csv").is_file()]
    if not found:
        print(
            "consensus_calibration: no labelled crowds here, skipped", file=sys.stderr
        )
        return
    sums: dict[str, list[float]] = {}
    for name in found:
        for result in _of(name, decide(name)):
            yield result
            sums.setdefault(result.name.rpartition(".")[2], []).append(result.value)
    for what, values in sums.items():
        unit = "nats" if what.startswith("log_loss") else "share"
        mean = sum(values) / len(values)
        yield Result(f"consensus_calibration.mean_of_{len(found)}.{what}", mean, unit)


def _of(name: str, crowd: Crowd) -> Iterator[Result]:
    ours, shares = (log_loss(b, crowd.truth) for b in (crowd.auto, crowd.majority))
    path = f"consensus_calibration.{name}"
    yield Result(
        f"{path}.off",
        off(crowd.auto, crowd.truth),
        "share",
        "majority",
        off(crowd.majority, crowd.truth),
    )
    yield Result(f"{path}.off_with_gold", off_with_gold(crowd), "share")
    yield Result(f"{path}.log_loss", ours, "nats", "majority", shares)
    files = (CROWDS / name / file for file in ("answers.csv", "truth.csv"))
    theirs = _peers.theirs(_CROWD_KIT, *files)
    if theirs is not None:
        peer = f"{_peers.CROWD_KIT} Dawid-Skene"
        yield Result(f"{path}.log_loss_beside", ours, "nats", peer, theirs.result)
