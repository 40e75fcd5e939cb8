"""From the probabilities of columns back to lines: what each task's text is, how sure, and what else it may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, fsum, prod

import numpy as np

from microtasks.consensus.exact import LOG_BITS, Floats, Ints, on_grid
from microtasks.consensus.text.channel import Candidates
from microtasks.consensus.text.lattice import BLANK_ID, Lattice
from microtasks.consensus.text.medoid import spelling
from microtasks.consensus.text.spelling import Spelled
from microtasks.consensus.text.sums import begins, totals
from microtasks.consensus.text.units import parted

#: Errors come in clumps, so a line is right more often than the product over its columns says: beside the least sure
#: column, all others count by this power.
CLUMPED = 0.5
MOST_ALTERNATIVES = 5


@dataclass(frozen=True, slots=True)
class Read:
    """A decided line: its text, the probability that all of it is right, one for each word, and other readings."""

    text: str
    confidence: float
    method: str
    words: tuple[float, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()


def winners(laid: Lattice, found: Candidates, chance: Floats, sizes: Ints) -> Ints:
    """Return the candidate that each column is decided for; `sizes` counts each task's lines.

    That is the most probable one, the first in sort order where they tie. Of two people's lines one is taken as it
    is, the more probable one: there is no vote between two, and what they wrote is not mixed.
    """
    top = np.maximum.reduceat(chance, found.first[:-1])
    best = np.flatnonzero(chance == top[found.column])
    chosen = best[begins(found.column[best])]
    first = np.flatnonzero(np.repeat(sizes == 2, sizes))[::2]
    likely = line_scores(laid, found, chance)
    taken = np.where(likely[first] >= likely[first + 1], first, first + 1)
    entries = np.isin(laid.line, taken)
    chosen[laid.column[entries]] = found.vote[entries]
    return chosen


def line_scores(laid: Lattice, found: Candidates, chance: Floats) -> Floats:
    """Return the logarithm of each given line's probability."""
    logs = on_grid(np.log(np.maximum(chance, 1e-12)), LOG_BITS)[found.vote]
    least = np.minimum.reduceat(logs, begins(laid.line))
    whole = totals(laid.line, logs, len(least))
    return (1 - CLUMPED) * least + CLUMPED * whole


@dataclass(frozen=True, slots=True)
class Settled:
    """What lines are read off: for each column its winner's unit, whether it says "blank", and its probability.

    `scores` and `differs` are for each given line: its log probability, and whether it is read unlike the winner.
    """

    unit: Sequence[int]
    blank: Sequence[bool]
    sure: Sequence[float]
    scores: Sequence[float]
    differs: Sequence[bool]


def settle(
    laid: Lattice,
    found: Candidates,
    chance: Floats,
    winner: Ints,
    spelled: Spelled,
    doubt: float,
) -> Settled:
    """Gather what lines are read off; `doubt` is the chance that everybody errs alike in a column."""
    odd = np.bincount(laid.line, weights=found.vote != winner[laid.column])
    return Settled(
        spelled.unit.tolist(),
        (found.reading[winner] == BLANK_ID).tolist(),
        (chance[winner] * spelled.chance * (1 - doubt)).tolist(),
        line_scores(laid, found, chance).tolist(),
        (odd > 0).tolist(),
    )


def lines(
    tasks: Sequence[Sequence[str]], laid: Lattice, found: Candidates, settled: Settled
) -> list[Read]:
    """Read every task's line off its columns."""
    first, begins = laid.first.tolist(), _begins(laid)
    read, line = [], 0
    for task, texts in enumerate(tasks):
        columns = slice(first[task], first[task + 1])
        text, words, chance = _text(columns, laid, settled)
        if settled.blank[columns.start]:
            entries = begins[line : line + len(texts)]
            text, words = _blank(texts, entries, laid), ()
            chance = settled.sure[columns.start]
        votes = {
            line + n: (
                found.vote[begins[line + n] : begins[line + n + 1]].tobytes(),
                text,
            )
            for n, text in enumerate(texts)
            if settled.differs[line + n]
        }
        line += len(texts)
        others = _others(votes, settled.scores, 1 - chance)
        method = _method(len(texts), len(votes))
        read.append(Read(text, chance, method, words, others))
    return read


def _begins(laid: Lattice) -> list[int]:
    line = laid.line
    count = int(line[-1]) + 1 if len(line) else 0
    found: list[int] = np.searchsorted(line, np.arange(count + 1)).tolist()
    return found


def _blank(texts: Sequence[str], entries: Sequence[int], laid: Lattice) -> str:
    """Return the most frequent form of a task's blank lines; `entries` has each line's first entry."""
    said = laid.reading[list(entries)].tolist()
    return spelling([texts[n] for n, one in enumerate(said) if one == BLANK_ID])


def _text(
    columns: slice, laid: Lattice, settled: Settled
) -> tuple[str, tuple[float, ...], float]:
    """Return one task's text, its words' probabilities and that of all its columns."""
    sure = settled.sure[columns]
    known = [n for n, unit in enumerate(settled.unit[columns]) if unit >= 0]
    units = [laid.units[settled.unit[columns.start + n]] for n in known]
    if laid.of_words:
        units = parted(units)
    text = "".join(units).strip()
    parts = list(zip(units, [sure[n] for n in known], strict=True))
    return text, tuple(_words(parts)), _together(sure)


def _together(sure: Sequence[float]) -> float:
    """Return the probability that all of several columns are right."""
    least = min(sure)
    return float(least ** (1 - CLUMPED) * prod(sure) ** CLUMPED)


def _words(parts: Sequence[tuple[str, float]]) -> list[float]:
    """Return each white-space separated word's probability: the product over its units."""
    found: list[float] = []
    is_open = False
    for unit, chance in parts:
        pieces = unit.split()
        joined = is_open and not unit[0].isspace()
        for n in range(len(pieces)):
            if joined and n == 0:
                found[-1] *= chance
            else:
                found.append(chance)
        is_open = bool(pieces) and not unit[-1].isspace()
    return found


def _others(
    votes: Mapping[int, tuple[bytes, str]], scores: Sequence[float], left: float
) -> tuple[tuple[str, float], ...]:
    """Return the other readings that were given, likeliest first; together they have at most what is left."""
    likely: dict[bytes, tuple[float, str]] = {}
    for line, (said, text) in votes.items():
        likely.setdefault(said, (exp(scores[line]), text.strip()))
    ranked = sorted(likely.values(), key=lambda pair: (-pair[0], pair[1]))
    total = fsum(chance for chance, _ in ranked)
    share = min(1.0, left / total) if total else 0.0
    return tuple((text, chance * share) for chance, text in ranked[:MOST_ALTERNATIVES])


def _method(lines: int, odd: int) -> str:
    if not odd:
        return "exact"
    return "medoid" if lines == 2 else "alignment"
