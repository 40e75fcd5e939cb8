"""The live clock's arithmetic: one card, a handful of votes, each worth what its volunteer's reliability says.

Where a crowd has been estimated, an answer is a row of penalties (see `evidence`): one addition for each class.
Penalties are whole numbers, and other sums are `math.fsum`, which rounds once, so that the order of votes changes
nothing and equal evidence ties exactly.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import exp, fsum, log
from operator import add
from typing import Generic, TypeVar

#: So many units of evidence make a nat (a factor e of odds).
UNIT = 1024

#: What is assumed of a volunteer while nothing is known of the crowd.
UNKNOWN = 0.85
#: No volunteer is believed beyond this, however good the record.
SUREST = 0.99
#: Odds of an answer being right against each single wrong one: at worst, and when given suspiciously fast.
WORST_ODDS, SUSPICIOUS_ODDS = 1.05, 1.25
#: How often two people who are both wrong write the very same text or number: seldom, since errors are many.
COINCIDENCE = 0.05

Said = TypeVar("Said", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Voice(Generic[Said]):
    """One vote, reduced to what counts: what was said and how far it is believed."""

    said: Said
    reliability: float
    suspicious: bool = False


def believed(voice: Voice[Said], classes: float) -> float:
    """Return the chance that this voice is right: above guessing among so many classes, never certain."""
    floor = WORST_ODDS / (WORST_ODDS + classes - 1)
    reliability = min(max(voice.reliability, floor), SUREST)
    if voice.suspicious:
        near_chance = SUSPICIOUS_ODDS / (SUSPICIOUS_ODDS + classes - 1)
        return min(reliability, near_chance)
    return reliability


def one_coin(
    voices: Sequence[Voice[Said]], options: Sequence[Said]
) -> dict[Said, float]:
    """Return each option's probability when all are equally likely beforehand and errors hit each other option alike."""
    wrong = len(options) - 1
    gains: dict[Said, list[float]] = {option: [] for option in options}
    for voice in voices:
        right = believed(voice, len(options))
        gains[voice.said].append(log(right) - log((1 - right) / wrong))
    return _normalised({option: fsum(parts) for option, parts in gains.items()})


def yes(voices: Sequence[Voice[bool]]) -> float:
    """Return the probability that the answer to a yes-or-no question is yes."""
    return one_coin(voices, (False, True))[True]


def open_ended(
    voices: Sequence[Voice[Said]], coincidence: float = COINCIDENCE
) -> dict[Said, float]:
    """Return each given answer's probability when wrong answers are countless and coincide rarely.

    One candidate more is that everybody is wrong; its share is what the returned ones lack to one. An answer
    that agrees multiplies its own group by `r` and every other candidate by at most `(1 - r) * coincidence`,
    so agreement never lowers a confidence.
    """
    groups: dict[Said, list[float]] = {}
    for voice in voices:
        right = believed(voice, 1 + 1 / coincidence)
        groups.setdefault(voice.said, []).append(right)
    # Relative to "everybody is wrong", a group's being right turns each member's error into a hit and its
    # members' coincidences into no coincidence at all.
    scores = {
        said: fsum(
            [log(r) - log(1 - r) for r in rights]
            + [-log(coincidence)] * (len(rights) - 1)
        )
        for said, rights in groups.items()
    }
    return _normalised(scores, beside=0.0)


def heard(scores: Sequence[int], penalties: Sequence[int]) -> list[int]:
    """Return a card's scores after one more answer, in units of evidence: the work is one addition for each class."""
    return list(map(add, scores, penalties))


def doubted(penalties: Sequence[int]) -> list[int]:
    """Return what is left of an answer that was given suspiciously fast."""
    most = -round(log(SUSPICIOUS_ODDS) * UNIT)
    return [max(penalty // 4, most) for penalty in penalties]


def chances(scores: Sequence[int]) -> list[float]:
    """Return each class's probability.

    A class that an answer names loses nothing by it and the others gain nothing, so its probability never falls.
    """
    top = max(scores)
    weights = [exp((score - top) / UNIT) for score in scores]
    total = fsum(weights)
    return [weight / total for weight in weights]


def _normalised(
    scores: dict[Said, float], beside: float | None = None
) -> dict[Said, float]:
    others = [] if beside is None else [beside]
    top = max([*scores.values(), *others])
    weights = {said: exp(score - top) for said, score in scores.items()}
    total = fsum([*weights.values(), *(exp(other - top) for other in others)])
    return {said: weight / total for said, weight in weights.items()}
