"""Lines of text decided: a whole crowd at once with its workers' reliabilities, or one card with those known.

Both clocks are the same mathematics: lines are aligned, columns judged, neighbours considered, lines read off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from microtasks.consensus.text import (
    belief,
    channel,
    coherence,
    lattice,
    reading,
    settled,
)
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
    """What one volunteer typed whose reliability is known: the chance (0..1) that a unit of the text is right.

    `skill` is what a fit says of the worker, more exactly; None of a newcomer.
    """

    text: str
    reliability: float
    suspicious: bool = False
    weight: float = 1.0
    skill: float | None = None


@dataclass(frozen=True, slots=True)
class Crowd:
    """What holds for a crowd as a whole: how many columns are easy, usual and hard, how often all err alike."""

    shares: tuple[float, ...] = belief.USUAL_SHARES
    doubt: float = settled.DOUBT


@dataclass(frozen=True, slots=True)
class Fit:
    """Each task's line, and for each answer, in the order given, the share of its units that is right.

    `skill` is each worker's log odds of erring where columns are neither easy nor hard.
    """

    lines: Mapping[str, Read]
    right: Sequence[float]
    skill: Mapping[str, float]
    crowd: Crowd


@dataclass(frozen=True, slots=True)
class _Judged:
    """A lattice with its candidates and what is believed of them."""

    texts: Sequence[Sequence[str]]
    laid: Lattice
    found: Candidates
    votes: Votes
    belief: Belief


def fit(
    rows: Sequence[Typed],
    rules: Rules,
    method: str = "words",
    known: Mapping[str, str] | None = None,
) -> Fit:
    """Decide every task, reliabilities being learnt from how far each worker's lines agree with the others'.

    Lines of tasks whose text is known are held against that instead, and so is the crowd as a whole.
    """
    if not rows:
        return Fit({}, [], {}, Crowd())
    order = sorted(range(len(rows)), key=lambda n: (rows[n].task, rows[n].text))
    tasks: dict[str, list[str]] = {}
    for n in order:
        tasks.setdefault(rows[n].task, []).append(rows[n].text)
    texts = list(tasks.values())
    laid = lattice.build(texts, rules, method)
    votes = _votes(laid, [rows[n] for n in order])
    found = _candidates(laid, votes)
    wrong = settled.wrong_units(tasks, known or {}, rules, method)
    learnt = belief.fit(found, votes, wrong)
    judged = _Judged(texts, laid, found, votes, learnt)
    doubt = settled.DOUBT
    if known:
        plain = dict(zip(tasks, _read(judged, rules, 0.0), strict=True))
        doubt = settled.doubt(plain, known, rules, method)
    lines = dict(zip(tasks, _read(judged, rules, doubt), strict=True))
    right = np.empty(len(rows))
    right[order] = learnt.right
    names = list(dict.fromkeys(rows[n].worker for n in order))
    skill = dict(zip(names, learnt.skill.tolist(), strict=True))
    return Fit(lines, right.tolist(), skill, Crowd(learnt.shares, doubt))


def decide(
    said: Sequence[Known], rules: Rules, crowd: Crowd | None = None, way: str = "words"
) -> Read:
    """Decide one card's line with its volunteers' reliabilities held fixed; `crowd` is what the last fit says."""
    crowd = crowd or Crowd()
    ordered = sorted(said, key=lambda one: one.text)
    texts = [[one.text for one in ordered]]
    laid = lattice.build(texts, rules, way)
    votes = _votes(
        laid,
        [
            Typed("", str(n), one.text, one.suspicious, one.weight)
            for n, one in enumerate(ordered)
        ],
    )
    right = np.array([one.reliability for one in ordered], dtype=np.float64)
    skill = belief.skills(right, crowd.shares)
    for n, one in enumerate(ordered):
        if one.skill is not None:
            skill[n] = one.skill
    found = _candidates(laid, votes)
    chance, _ = belief.judge(found, votes, skill, crowd.shares)
    judged = _Judged(texts, laid, found, votes, Belief(chance, skill, crowd.shares, right))  # fmt: skip
    return _read(judged, rules, crowd.doubt)[0]


def _votes(laid: Lattice, rows: Sequence[Typed]) -> Votes:
    names: dict[str, int] = {}
    workers = [names.setdefault(row.worker, len(names)) for row in rows]
    return Votes(
        laid.line,
        np.array(workers, dtype=np.int64),
        np.array([row.weight for row in rows], dtype=np.float64),
        np.array([row.suspicious for row in rows], dtype=np.bool_),
        len(names),
    )


def _candidates(laid: Lattice, votes: Votes) -> Candidates:
    return channel.candidates(
        laid.column,
        laid.reading,
        votes.weight[laid.line],
        int(laid.first[-1]),
        laid.readings,
    )


def _read(judged: _Judged, rules: Rules, doubt: float) -> list[Read]:
    laid, found, votes = judged.laid, judged.found, judged.votes
    weight = votes.weight[laid.line]
    chance = coherence.marginals(
        found, judged.belief.chance, laid.line, laid.first, weight
    )
    sizes = np.array([len(task) for task in judged.texts])
    winner = reading.winners(laid, found, chance, sizes)
    agreeing = np.flatnonzero((found.vote == winner[laid.column]) & (laid.unit >= 0))
    gain = belief.gains(votes, judged.belief.skill)[laid.line]
    spelled = spell(laid, agreeing, gain, len(winner), rules)
    read = reading.settle(laid, found, chance, winner, spelled, doubt)
    return reading.lines(judged.texts, laid, found, read)
