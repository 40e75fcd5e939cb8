"""How often the default consensus is right on real labelled crowds, beside plain majority.

Some of its constants were chosen with these crowds in view (docs/decisions/008 says which, and what leaving each crowd
out of the choosing gives), so the figures guard against falling back; they do not forecast another crowd.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.result import Result
from microtasks.crowd_file import read_answers, read_truth, score
from microtasks.questions import kind

CROWDS = Path(__file__).resolve().parents[2] / "shared" / "data" / "consensus"
SETS = (
    *("bluebird", "rte", "product", "zencrowd_us", "zencrowd_in"),
    *("dog", "face", "web", "music", "adult"),
)


def accuracy(name: str, method: str) -> tuple[float, float]:
    """Return the share of right decisions in percent and the seconds that deciding took."""
    choice = kind("choice")
    ballots = read_answers(CROWDS / name / "answers.csv", choice)
    truth = read_truth(CROWDS / name / "truth.csv", choice)
    begun = time.perf_counter()
    decisions = choice.estimate(None, ballots, method).decisions
    seconds = time.perf_counter() - begun
    return 100 * score(choice, decisions, truth).accuracy, seconds


def beside_majority(name: str, value: float, peer_value: float) -> Result:
    """Return one accuracy with majority's beside it."""
    return Result(f"consensus_accuracy.{name}", value, "%", "majority", peer_value)


def measure() -> Iterator[Result]:
    """Measure each crowd that is at hand, then their mean and the time that all took."""
    found = [name for name in SETS if (CROWDS / name / "answers.csv").is_file()]
    if not found:
        print("consensus_accuracy: no labelled crowds here, skipped", file=sys.stderr)
        return
    ours = {name: accuracy(name, "auto") for name in found}
    peers = {name: accuracy(name, "majority") for name in found}
    for name in found:
        yield beside_majority(name, ours[name][0], peers[name][0])
    mean, peer_mean = (
        sum(value for value, _ in each.values()) / len(found) for each in (ours, peers)
    )
    yield beside_majority(f"mean_of_{len(found)}", mean, peer_mean)
    seconds = sum(spent for _, spent in ours.values())
    yield Result("consensus_accuracy.seconds", seconds, "s")
