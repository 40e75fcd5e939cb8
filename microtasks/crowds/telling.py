"""What the page of a decided crowd tells: figures and the numbers of its drawings, as JSON of bounded size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from microtasks import drawing
from microtasks.crowds import compared, shares
from microtasks.questions import AnswerType, Ballot, Estimate, Reliability, Value

#: Workers that are drawn one by one, those with most answers first.
WORKERS_DRAWN = 40
#: Workers that deserve a second look, and the longest sentence of one (it may quote another worker's name).
FLAGGED, LONGEST_REASON = 30, 200
#: A decision is called sure from this confidence on.
SURE = 0.9


def tell(
    kind: AnswerType,
    ballots: Sequence[Ballot],
    estimate: Estimate,
    truth: Mapping[str, Value],
) -> dict[str, Any]:
    """Return everything that the page shows."""
    decisions = estimate.decisions
    confidences = [decision.confidence for decision in decisions.values()]
    return {
        "tasks": len(decisions),
        "workers": len(estimate.workers),
        "answers": len(ballots),
        "alpha": estimate.alpha,
        "methods": Counter(d.method for d in decisions.values()).most_common(),
        "sure": sum(confidence >= SURE for confidence in confidences),
        "confidences": [each.count for each in drawing.bins(confidences, 10)],
        "shares": shares.of(kind, decisions),
        "crowd_confusion": shares.said(estimate.confusion),
        "flagged": _flagged(estimate),
        "workers_drawn": _drawn(estimate),
        "workers_left": max(0, len(estimate.workers) - WORKERS_DRAWN),
        "truth": compared.compare(kind, decisions, truth) if truth else None,
    }


def _flagged(estimate: Estimate) -> list[list[Any]]:
    """Return [name, first reason, how many more] of who deserves a second look, those who answered most first."""
    found = [
        [
            shares.short(name),
            shares.short(of.flags[0].reason, LONGEST_REASON),
            len(of.flags) - 1,
        ]
        for name, of in _by_answers(estimate)
        if of.flags
    ]
    return found[:FLAGGED]


def _by_answers(estimate: Estimate) -> list[tuple[str, Reliability]]:
    return sorted(
        estimate.workers.items(),
        key=lambda item: (-item[1].answers, len(item[0]), item[0]),
    )


def _drawn(estimate: Estimate) -> list[list[Any]]:
    """Return [name, accuracy, low, high, answers] of those who answered most."""
    return [
        [shares.short(name), of.accuracy, of.low, of.high, of.answers]
        for name, of in _by_answers(estimate)[:WORKERS_DRAWN]
    ]
