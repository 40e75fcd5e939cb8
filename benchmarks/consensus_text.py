"""How well and how fast lines of text are decided on real crowds, beside crowd-kit's ROVER in the same run.

Rates are over a whole set, in percent of the truth's words and characters, lower case and without punctuation but the
apostrophe; the `_3`, `_5` and `_7` ones with so many answers of each task, drawn once with a fixed seed. Calibration is
the expected error of lines' confidences in ten bins, case and punctuation ignored. Constants of the channel and of the
kinds of columns were picked with these sets in view (`docs/decisions/020`).
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from benchmarks import _peers
from benchmarks.result import Result
from microtasks.crowd_file import read_answers, read_truth
from microtasks.questions import Ballot
from microtasks.questions.text import Text

CROWDS = Path(__file__).resolve().parents[2] / "shared" / "data" / "consensus"
SETS = ("crowdspeech_dev_clean", "crowdspeech_dev_other", "crowdwsa_t1")
METHODS = ("auto", "exact", "medoid")
FEWER, SEED = (3, 5, 7), 20
TIMED = SETS[0]
BINS = 10

_OURS = """
def load(path):
    import csv
    from microtasks.consensus.text import lines, normal
    with open(path, newline="") as file:
        rows = [lines.Typed(*row) for row in list(csv.reader(file))[1:]]
    return rows

def work(rows):
    from microtasks.consensus.text import lines, normal
    return {task: read.text for task, read in lines.fit(rows, normal.Rules()).lines.items()}
"""
_THEIRS = r"""
def load(path):
    import re
    import pandas
    from crowdkit.aggregation import ROVER
    table = pandas.read_csv(path, dtype=str, keep_default_na=False)
    texts = [re.sub(r"[^\w\s']|_", " ", each.lower()) for each in table["text"]]
    table["text"] = [" ".join(each.split()) for each in texts]
    return table[["task", "worker", "text"]]

def work(table):
    from crowdkit.aggregation import ROVER
    return ROVER(str.split, " ".join, silent=True).fit_predict(table).to_dict()
"""


@dataclass(frozen=True, slots=True)
class Rates:
    """Errors in percent: of words, of characters."""

    word: float
    character: float


def plain(text: str) -> str:
    """Return a text as it is scored: lower case, no punctuation but the apostrophe."""
    return " ".join(re.sub(r"[^\w\s']|_", " ", text.lower()).split())


def rates(decided: Mapping[str, str], truth: Mapping[str, str]) -> Rates:
    """Compare decided with true lines over the whole set."""
    pairs = [
        (plain(decided.get(task, "")), plain(true)) for task, true in truth.items()
    ]
    words = [(one.split(), other.split()) for one, other in pairs]
    return Rates(_rate(words), _rate(pairs))


def _rate(pairs: Sequence[tuple[Sequence[str], Sequence[str]]]) -> float:
    wrong = sum(Levenshtein.distance(one, other) for one, other in pairs)
    return 100 * wrong / sum(len(other) for _, other in pairs)


def fewer(ballots: Sequence[Ballot], most: int) -> list[Ballot]:
    """Draw at most so many answers of each task."""
    rng = random.Random(SEED)
    tasks: dict[str, list[Ballot]] = {}
    for ballot in ballots:
        tasks.setdefault(ballot.task, []).append(ballot)
    return [
        ballot
        for given in tasks.values()
        for ballot in rng.sample(given, min(most, len(given)))
    ]


def calibration(ballots: Sequence[Ballot], truth: Mapping[str, str]) -> float:
    """Return the expected calibration error of whole lines."""
    decisions = Text(["case", "punctuation"]).estimate(None, ballots).decisions
    bins: list[list[float]] = [[] for _ in range(BINS)]
    for task, decision in decisions.items():
        right = plain(decision.value) == plain(truth[task])
        place = min(int(decision.confidence * BINS), BINS - 1)
        bins[place].append(decision.confidence - right)
    return sum(abs(sum(each)) for each in bins) / len(decisions)


def accuracy(name: str) -> Iterator[Result]:
    """Measure one set: rates by method and by number of answers, and calibration."""
    ballots = read_answers(CROWDS / name / "answers.csv", Text())
    truth = read_truth(CROWDS / name / "truth.csv", Text())
    runs = {f"_{method}": (ballots, method) for method in METHODS}
    runs |= {f"_{most}": (fewer(ballots, most), "auto") for most in FEWER}
    for label, (given, method) in runs.items():
        decisions = Text().estimate(None, given, method).decisions
        found = rates({task: each.value for task, each in decisions.items()}, truth)
        yield Result(f"consensus_text.{name}.words{label}", found.word, "%")
        yield Result(f"consensus_text.{name}.characters{label}", found.character, "%")
    error = calibration(ballots, truth)
    yield Result(f"consensus_text.{name}.calibration", error, "share")


def beside_rover() -> Iterator[Result]:
    """Decide one set's transcriptions in fresh processes of both sides: seconds of CPU, and errors."""
    answers = CROWDS / TIMED / "answers.csv"
    truth = read_truth(CROWDS / TIMED / "truth.csv", Text())
    us, them = _peers.ours(_OURS, answers), _peers.theirs(_THEIRS, answers)
    peer = None if them is None else f"{_peers.CROWD_KIT} ROVER"
    ours, theirs = (
        None if run is None else rates(run.result, truth) for run in (us, them)
    )
    assert ours is not None
    yield Result(
        "consensus_text.seconds", us.seconds, "s of CPU", peer, them and them.seconds
    )
    yield Result("consensus_text.words", ours.word, "%", peer, theirs and theirs.word)
    yield Result(
        "consensus_text.characters",
        ours.character,
        "%",
        peer,
        theirs and theirs.character,
    )


def measure() -> Iterator[Result]:
    """Measure each crowd that is at hand, then speed and errors beside the peer."""
    found = [name for name in SETS if (CROWDS / name / "answers.csv").is_file()]
    if not found:
        print("consensus_text: no crowds of texts here, skipped", file=sys.stderr)
        return
    for name in found:
        yield from accuracy(name)
    if TIMED in found:
        yield from beside_rover()
