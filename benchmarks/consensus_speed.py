"""How fast crowds of categories are decided, and in how much memory, beside crowd-kit's Dawid-Skene in the same run.

Counted is CPU from arrays of integers (crowd-kit: a data frame of them) to decided labels; memory is the peak of a fresh
process with all it imports. Answers are drawn with a fixed seed: workers of mixed accuracy, errors spread evenly.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks import _peers
from benchmarks.result import Result

#: Rounds of EM on both sides, also with five million answers.
CLASSES, ROUNDS = 4, 10
SECONDS, MEGABYTES = "s of CPU", "MB"

_LOAD = """
import numpy as np

def load(path):
    {imports}
    with np.load(path) as crowd:
        return crowd["task"], crowd["worker"], crowd["label"]
"""
_TABLE = f"""
def table_of(crowd):
    from microtasks.consensus.categories.table import from_arrays
    return from_arrays(*crowd, {CLASSES})
"""
_OURS = (
    _LOAD.format(imports="from microtasks.consensus.categories import methods")
    + _TABLE
    + f"""
def work(crowd):
    from microtasks.consensus.categories import dawid_skene
    assert dawid_skene.ROUNDS and dawid_skene.TOLERANCE
    dawid_skene.ROUNDS, dawid_skene.TOLERANCE = {ROUNDS}, 0.0
    return float(dawid_skene.posterior(table_of(crowd)).argmax(axis=1).mean())
"""
)
_AUTO = (
    _LOAD.format(imports="from microtasks.consensus.categories import methods")
    + _TABLE
    + """
def work(crowd):
    from microtasks.consensus.categories import methods
    return float(methods.posterior(table_of(crowd), "auto").argmax(axis=1).mean())
"""
)
_CROWD_KIT = f"""
import numpy as np

def load(path):
    import pandas, crowdkit.aggregation
    with np.load(path) as crowd:
        return pandas.DataFrame({{name: crowd[name] for name in crowd}})

def work(frame):
    from crowdkit.aggregation import DawidSkene
    model = DawidSkene(n_iter={ROUNDS}, tol=-1e9)
    decided = model.fit_predict(frame)
    assert len(model.loss_history_) == {ROUNDS}
    return float(decided.mean())
"""
_CAMPAIGN = """
import numpy as np

def load(path):
    from microtasks.questions import Ballot, kind
    with np.load(path) as crowd:
        rows = list(zip(*(crowd[name].tolist() for name in ("task", "worker", "label"))))
    return kind("choice"), [Ballot(f"t{t}", f"w{w}", f"option {x}") for t, w, x in rows]

def work(loaded):
    choice, ballots = loaded
    return len(choice.estimate(None, ballots).decisions)
"""


def draw(folder: Path, answers: int, tasks: int, workers: int) -> Path:
    """Write a seeded crowd of four classes as `task`, `worker`, `label` arrays of integers."""
    rng = np.random.default_rng(7)
    truth = rng.integers(0, CLASSES, tasks)
    accuracy = rng.beta(6, 3, workers)
    task = np.repeat(np.arange(tasks), answers // tasks)
    worker = rng.integers(0, workers, answers)
    error = rng.integers(1, CLASSES, answers)
    right = rng.random(answers) < accuracy[worker]
    label = (truth[task] + np.where(right, 0, error)) % CLASSES
    mixed = rng.permutation(answers)
    path = folder / f"{answers}.npz"
    np.savez(path, task=task[mixed], worker=worker[mixed], label=label[mixed])
    return path


def measure() -> Iterator[Result]:
    """Measure Dawid-Skene beside crowd-kit's, then larger crowds, the default, and a campaign's answers."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        million = draw(folder, 1_000_000, 200_000, 2_000)
        yield from _beside_crowd_kit(million)
        five = _peers.ours(_OURS, draw(folder, 5_000_000, 1_000_000, 10_000))
        yield _result("dawid_skene_5m_seconds", five.seconds, SECONDS)
        yield _result("dawid_skene_5m_peak", five.peak, MEGABYTES)
        auto = _peers.ours(_AUTO, million)
        yield _result("auto_1m_seconds", auto.seconds, SECONDS)
        yield _result("auto_1m_peak", auto.peak, MEGABYTES)
        small = draw(folder, 100_000, 20_000, 500)
        campaign = _peers.ours(_CAMPAIGN, small)
        yield _result("campaign_100k_seconds", campaign.seconds, SECONDS)
        yield _result("command_100k_seconds", _command(small), SECONDS)


def _beside_crowd_kit(crowd: Path) -> Iterator[Result]:
    ours, theirs = _peers.ours(_OURS, crowd), _peers.theirs(_CROWD_KIT, crowd)
    for what, unit in (("seconds", SECONDS), ("peak", MEGABYTES)):
        peer = None if theirs is None else getattr(theirs, what)
        yield _result(f"dawid_skene_1m_{what}", getattr(ours, what), unit, peer)


def _command(crowd: Path) -> float:
    """Return the CPU of `flask consensus` from a table of answers to a table of results, start included."""
    table, out = crowd.with_suffix(".csv"), crowd.with_name("result.csv")
    with np.load(crowd) as arrays:
        rows = np.stack([arrays["task"], arrays["worker"], arrays["label"]], axis=1)
    np.savetxt(
        table, rows, "t%d,w%d,option %d", header="task,worker,label", comments=""
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "flask", "--app", "app", "consensus"]
    command += ["--kind", "choice", str(table), "--out", str(out)]
    subprocess.run(command, cwd=_peers.ROOT, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _result(name: str, value: float, unit: str, peer: float | None = None) -> Result:
    known = None if peer is None else _peers.CROWD_KIT
    return Result(f"consensus_speed.{name}", value, unit, known, peer)
