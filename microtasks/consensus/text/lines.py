"""Lines of text decided: a whole crowd at once with its workers' reliabilities, or one card with those known.

Both clocks are the same mathematics: lines are aligned, columns judged, neighbours considered, lines read off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from microtasks.consensus.text import belief, channel, coherence, lattice, reading
from microtasks.consensus.text.belief import Belief, Votes
from microtasks.consensus.text.channel import Candidates
from microtasks.consensus.text.lattice import Lattice
from microtasks.consensus.text.normal import Rules
from microtasks.consensus.text.reading import Read
from microtasks.consensus.text.spelling import spell


@dataclass(frozen=True, slots=True)
class Typed:
    """What one worker typed for one task; `weight` is how many people's word it is worth (a machine's perhaps half)."""

    task: str
    worker: str
    text: str
    suspicious: bool = False
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Known:
    """What one volunteer typed whose reliability is known: the chance (0..1) that a unit of the text is right."""

    text: str
    reliability: float
    suspicious: bool = False
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Fit:
    """Each task's line, and for each answer, in the order given, the share of its units that is right."""

    lines: dict[str, Read]
    right: list[float]


def fit(rows: Sequence[Typed], rules: Rules, method: str = "words") -> Fit:
    """Decide every task, reliabilities being learnt from how far each worker's lines agree with the others'."""
    if not rows:
        return Fit({}, [])
    order = sorted(range(len(rows)), key=lambda n: (rows[n].task, rows[n].text))
    names = {name: n for n, name in enumerate(sorted({row.worker for row in rows}))}
    tasks: dict[str, list[str]] = {}
    for n in order:
        tasks.setdefault(rows[n].task, []).append(rows[n].text)
    texts = list(tasks.values())
    laid = lattice.build(texts, rules, method)
    votes = Votes(
        laid.line,
        np.array([names[rows[n].worker] for n in order], dtype=np.int64),
        np.array([rows[n].weight for n in order], dtype=np.float64),
        np.array([rows[n].suspicious for n in order], dtype=np.bool_),
        len(names),
    )
    found = _candidates(laid, votes)
    learnt = belief.fit(found, votes)
    lines = _read(texts, laid, found, votes, learnt, rules)
    right = np.empty(len(rows))
    right[order] = learnt.right
    return Fit(dict(zip(tasks, lines, strict=True)), right.tolist())


def decide(said: Sequence[Known], rules: Rules, method: str = "words") -> Read:
    """Decide one card's line with its volunteers' reliabilities held fixed."""
    ordered = sorted(said, key=lambda one: one.text)
    texts = [[one.text for one in ordered]]
    laid = lattice.build(texts, rules, method)
    votes = Votes(
        laid.line,
        np.arange(len(ordered)),
        np.array([one.weight for one in ordered], dtype=np.float64),
        np.array([one.suspicious for one in ordered], dtype=np.bool_),
        len(ordered),
    )
    error = 1 - np.array([one.reliability for one in ordered], dtype=np.float64)
    found = _candidates(laid, votes)
    known = Belief(belief.judge(found, votes, error), error, error)
    return _read(texts, laid, found, votes, known, rules)[0]


def _candidates(laid: Lattice, votes: Votes) -> Candidates:
    return channel.candidates(
        laid.column,
        laid.reading,
        votes.weight[laid.line],
        int(laid.first[-1]),
        laid.readings,
    )


def _read(
    texts: Sequence[Sequence[str]],
    laid: Lattice,
    found: Candidates,
    votes: Votes,
    known: Belief,
    rules: Rules,
) -> list[Read]:
    weight = votes.weight[laid.line]
    chance = coherence.marginals(found, known.chance, laid.line, laid.first, weight)
    sizes = np.array([len(task) for task in texts])
    winner = reading.winners(laid, found, chance, sizes)
    agreeing = np.flatnonzero((found.vote == winner[laid.column]) & (laid.unit >= 0))
    gain = belief.gains(votes, known.error)[laid.line]
    spelled = spell(laid, agreeing, gain, len(winner), rules)
    settled = reading.settle(laid, found, chance, winner, spelled)
    return reading.lines(texts, laid, found, settled)
