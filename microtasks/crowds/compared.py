"""Decisions against known truth: how often right, how far off, and whether confidences keep their word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rapidfuzz.distance import Levenshtein

from microtasks import promises, scoring
from microtasks.consensus.text import normal
from microtasks.crowds import shares
from microtasks.questions import AnswerType, Decision, Value
from microtasks.questions.marks.mark_type import MarkType
from microtasks.scoring import OptionScore

#: Truth is seldom typed as people type: texts are compared up to these.
ALIKE = normal.rules(("case", "punctuation"))
#: Options that are named one by one.
OPTIONS = 20


def compare(
    kind: AnswerType, decisions: Mapping[str, Decision], truth: Mapping[str, Value]
) -> dict[str, Any]:
    """Return what the page says of the tasks whose truth is known."""
    score = scoring.score(kind, decisions, truth)
    both = {task: decisions[task] for task in truth if task in decisions}
    right = {task: _same(kind, both[task].value, truth[task]) for task in both}
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
        "rates": _rates(both, truth) if kind.name == "text" else None,
        "options": _options(score.options) if score.options else None,
        "marks": _marks(kind, both, truth) if isinstance(kind, MarkType) else None,
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


def _marks(
    kind: MarkType, decisions: Mapping[str, Decision], truth: Mapping[str, Value]
) -> dict[str, Any]:
    """Return how many objects were decided, truly there, and both; and the F1 of that."""
    pairs = [(each.value or [], truth[task] or []) for task, each in decisions.items()]
    decided, true = (sum(len(pair[at]) for pair in pairs) for at in (0, 1))
    found = sum(kind.shared(*pair) for pair in pairs)
    f1 = 2 * found / (decided + true) if decided + true else 1.0
    return {"decided": decided, "true": true, "found": found, "f1": f1}


def _same(kind: AnswerType, one: Value, other: Value) -> bool:
    if one is None or other is None:
        return one is other
    if kind.name == "text":
        return ALIKE.key(one) == ALIKE.key(other)
    return kind.same(one, other)


def _rates(
    decisions: Mapping[str, Decision], truth: Mapping[str, Value]
) -> dict[str, float] | None:
    """Return word and character error rates: edits over the length of the truth, the whole set taken together."""
    pairs = [
        (ALIKE.key(decision.value or ""), ALIKE.key(truth[task]))
        for task, decision in decisions.items()
    ]
    words = sum(len(true.split()) for _, true in pairs)
    characters = sum(len(true) for _, true in pairs)
    if not words:
        return None
    wrong = sum(Levenshtein.distance(a.split(), b.split()) for a, b in pairs)
    letters = sum(Levenshtein.distance(a, b) for a, b in pairs)
    return {"words": wrong / words, "characters": letters / characters}
