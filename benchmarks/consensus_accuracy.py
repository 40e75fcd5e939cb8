"""How often the default consensus is right on real labelled crowds, beside plain majority: JSON lines."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from microtasks.crowd_file import read_answers, read_truth, score  # noqa: E402
from microtasks.questions import kind  # noqa: E402

CROWDS = ROOT.parent / "shared" / "data" / "consensus"
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


def line(name: str, value: float, peer_value: float) -> dict[str, object]:
    """Return one measurement beside majority's."""
    return {
        "name": f"consensus accuracy: {name}",
        "value": round(value, 2),
        "unit": "%",
        "peer": "majority",
        "peer_value": round(peer_value, 2),
        "ratio": round(value / peer_value, 4),
    }


def measure() -> Iterator[dict[str, object]]:
    """Measure each crowd that is at hand, then their mean and the time of all."""
    found = [name for name in SETS if (CROWDS / name / "answers.csv").is_file()]
    if not found:
        print(
            "consensus_accuracy: no labelled crowds at hand, skipped", file=sys.stderr
        )
        return
    ours = {name: accuracy(name, "auto") for name in found}
    peers = {name: accuracy(name, "majority") for name in found}
    for name in found:
        yield line(name, ours[name][0], peers[name][0])
    mean, peer_mean = (
        sum(value for value, _ in each.values()) / len(found) for each in (ours, peers)
    )
    yield line(f"mean of {len(found)}", mean, peer_mean)
    seconds = sum(spent for _, spent in ours.values())
    yield {
        "name": "consensus time: all crowds",
        "value": round(seconds, 2),
        "unit": "s",
    }


if __name__ == "__main__":
    for measured in measure():
        print(json.dumps(measured), flush=True)
