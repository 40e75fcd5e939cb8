"""Decisions against known truth: how often right, how far off, and whether confidences keep their word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from microtasks import promises, scoring
from microtasks.crowds import shares
from microtasks.questions import AnswerType, Decision, Value
from microtasks.scoring import OptionScore

#: Options that are named one by one.
OPTIONS = 20


def compare(
    kind: AnswerType, decisions: Mapping[str, Decision], truth: Mapping[str, Value]
) -> dict[str, Any]:
    """Return what the page says of the tasks whose truth is known."""
    score = scoring.score(kind, decisions, truth)
    kept = promises.measure(score.stated)
    return {
        "tasks": score.tasks,
        "unanswered": score.unanswered,
        "accuracy": score.accuracy,
        "rmse": score.rmse,
        "rates": asdict(score.rates) if score.rates else None,
        "options": _options(score.options) if score.options else None,
        "marks": asdict(score.marks) | {"f1": score.marks.f1} if score.marks else None,
        "confusion": shares.confusion(kind, decisions, truth),
        "kept": asdict(kept) if kept else None,
    }


def _options(found: Mapping[str, OptionScore]) -> list[list[Any]]:
    """Return [name, precision, recall, F1, tasks where it is true, tasks] of the options that are true most often."""
    rows = sorted(found.items(), key=lambda item: (-item[1].true, item[0]))
    return [
        [shares.short(name), of.precision, of.recall, of.f1, of.true, of.tasks]
        for name, of in rows[:OPTIONS]
    ]
