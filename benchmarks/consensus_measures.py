"""How near numbers and sets come to known truth on real crowds, and agreement beside the package krippendorff.

Settings of the mean and of the rereading of sets were picked with these crowds in view, as said beside them; the figures
guard against falling back and forecast no other crowd.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks import _peers
from benchmarks.result import Result
from microtasks import crowd_file
from microtasks.questions import Ballot, answer_type
from microtasks.scoring import Score

CROWDS = _peers.ROOT.parent / "shared" / "data" / "consensus"
KRIPPENDORFF = "krippendorff 0.9.0"

_ALPHA = """
import numpy as np

def load(path):
    import krippendorff
    with np.load(path) as table:
        return krippendorff, table["table"]

def work(loaded):
    krippendorff, table = loaded
    return krippendorff.alpha(reliability_data=table, level_of_measurement="interval")
"""


def measure() -> Iterator[Result]:
    """Measure what is at hand: emotions as numbers, relations as sets, shares of the anaesthetists' classes."""
    if not (CROWDS / "emotion" / "answers.csv").is_file():
        print("consensus_measures: no crowds here, skipped", file=sys.stderr)
        return
    ballots, scores = _scored("emotion", "number", "auto", "median")
    yield _result("emotion_rmse", scores[0].rmse, "points", "plain mean", _plain(ballots))  # fmt: skip
    yield _result("emotion_rmse_by_median", scores[1].rmse, "points")
    yield from _alpha(ballots)
    _, sets = _scored("medrel_a", "choices", "auto", "majority")
    for option in ("TREATS", "CAUSES"):
        ours, plain = ((each.options or {})[option].f1 for each in sets)
        yield _result(f"medrel_{option.lower()}_f1", ours, "F1", "majority", plain)
    yield from _shares()


def _scored(
    name: str, kind_name: str, *methods: str
) -> tuple[list[Ballot], list[Score]]:
    kind = answer_type(kind_name)
    ballots = crowd_file.read_answers(CROWDS / name / "answers.csv", kind)
    truth = crowd_file.read_truth(CROWDS / name / "truth.csv", kind)
    estimates = [kind.estimate(None, ballots, method) for method in methods]
    return ballots, [crowd_file.score(kind, e.decisions, truth) for e in estimates]


def _plain(ballots: list[Ballot]) -> float:
    given: dict[str, list[float]] = {}
    for ballot in ballots:
        given.setdefault(ballot.task, []).append(ballot.value)
    with (CROWDS / "emotion" / "truth.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    errors = [np.mean(given[row["task"]]) - float(row["label"]) for row in rows]
    return float(np.sqrt(np.mean(np.square(errors))))


def _alpha(ballots: list[Ballot]) -> Iterator[Result]:
    """Yield interval alpha of the emotions with the package's beside it."""
    rows = {name: at for at, name in enumerate(sorted({b.worker for b in ballots}))}
    columns = {name: at for at, name in enumerate(sorted({b.task for b in ballots}))}
    table = np.full((len(rows), len(columns)), np.nan)
    for ballot in ballots:
        table[rows[ballot.worker], columns[ballot.task]] = ballot.value
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.npz")
        np.savez(path, table=table)
        theirs = _peers.theirs(_ALPHA, path)
    ours = answer_type("number").estimate(None, ballots).alpha
    peer = (KRIPPENDORFF, theirs.result) if theirs else (None, None)
    yield _result("emotion_alpha", ours, "alpha", *peer)


def _shares() -> Iterator[Result]:
    """Yield the class shares that Dawid and Skene published beside those of their own estimate."""
    kind = answer_type("choice")
    path = CROWDS / "anaesthetic" / "answers.csv"
    ballots = crowd_file.read_answers(path, kind, "all")
    found = kind.estimate(None, ballots, "maximum-likelihood").confusion
    assert found is not None
    published = (0.40, 0.42, 0.11, 0.07)
    for name, share, theirs in zip(found.classes, found.shares, published, strict=True):
        yield _result(f"anaesthetic_share_{name}", share, "share", "Dawid and Skene 1979", theirs)  # fmt: skip


def _result(
    name: str,
    value: float | None,
    unit: str,
    peer: str | None = None,
    peer_value: float | None = None,
) -> Result:
    told = float("nan") if value is None else value
    return Result(f"consensus_measures.{name}", told, unit, peer, peer_value)
