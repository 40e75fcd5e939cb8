"""Decisions against known truth: how often right, how far off, and whether confidences keep their word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from microtasks import promises, scoring
from microtasks.crowds import shares
from microtasks.questions import AnswerType, Decision, Value
from microtasks.questions.text import Text
from microtasks.scoring import OptionScore

#: Truth is seldom typed as people type: texts are compared up to these.
ALIKE = Text(("case", "punctuation"))
#: Options that are named one by one.
OPTIONS = 20


def compare(
    kind: AnswerType, decisions: Mapping[str, Decision], truth: Mapping[str, Value]
) -> dict[str, Any]:
    """Return what the page says of the tasks whose truth is known."""
    alike = ALIKE if kind.name == "text" else kind
    score = scoring.score(alike, decisions, truth)
    both = {task: decisions[task] for task in truth if task in decisions}
    right = {task: _same(alike, both[task].value, truth[task]) for task in both}
    told = [
        (decision.confidence, right[task])
        for task, decision in both.items()
        if decision.method not in scoring.RANKING
    ]
    kept = promises.measure(told)
    return {
        "tasks": score.tasks,
        "unanswered": score.unanswered,
        "accuracy": sum(right.values()) / len(both),
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


def _same(kind: AnswerType, one: Value, other: Value) -> bool:
    if one is None or other is None:
        return one is other
    return kind.same(one, other)
