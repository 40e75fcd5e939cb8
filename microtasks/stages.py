"""A stage's rows as values: its question, its way of cutting, its policy, its condition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from microtasks.consensus import stopping
from microtasks.models import Stage
from microtasks.questions.kind import Question
from microtasks.slicing.slicer import Cut

#: When a card of a stage is decided.
Policy = stopping.Policy


@dataclass(frozen=True, slots=True)
class Condition:
    """A card is asked only where an earlier stage decided one of `values` (`negated`: none of them).

    Where the decided value is a list, it holds if any element (`every`: each) is among them.
    """

    stage: str
    values: tuple[str, ...]
    negated: bool = False
    every: bool = False

    def holds(self, decided: Any) -> bool:
        """Say whether a decided value opens the later stage's cards."""
        if isinstance(decided, list):
            among = [str(part) in self.values for part in decided]
            hit = bool(among) and (all(among) if self.every else any(among))
        else:
            hit = str(decided) in self.values
        return decided is not None and hit is not self.negated


def question(stage: Stage) -> Question:
    """Return what the stage asks."""
    return question_from(stage.question)


def question_from(table: Mapping[str, Any]) -> Question:
    """Build a question from a recipe's table: whatever is not common to all kinds is the kind's own setting."""
    settings = {
        key: value
        for key, value in table.items()
        if key not in {"kind", "text", "help"}
    }
    return Question(
        str(table["kind"]), str(table["text"]), str(table.get("help", "")), settings
    )


def question_table(question: Question) -> dict[str, Any]:
    """Write a question as a recipe's table; `question_from` gives it back."""
    common = {"kind": question.kind, "text": question.text}
    if question.help:
        common["help"] = question.help
    return common | dict(question.settings)


def cut(stage: Stage) -> Cut:
    """Return how the stage slices."""
    return cut_from(stage.slicing)


def cut_from(table: Mapping[str, Any]) -> Cut:
    """Build a way of cutting from a recipe's table."""
    return Cut(
        str(table["mode"]),
        {key: value for key, value in table.items() if key != "mode"},
    )


def cut_table(cut: Cut) -> dict[str, Any]:
    """Write a way of cutting as a recipe's table; `cut_from` gives it back."""
    return {"mode": cut.mode} | dict(cut.settings)


def policy(stage: Stage) -> Policy:
    """Return how many answers the stage asks for."""
    return Policy(stage.min_answers, stage.max_answers, stage.confidence)


def condition(stage: Stage) -> Condition | None:
    """Return what an earlier stage must have decided, if anything."""
    return condition_from(stage.condition) if stage.condition else None


def condition_from(table: Mapping[str, Any]) -> Condition:
    """Build a condition from a recipe's `when` table: `{stage, is = [...]}` or `{stage, not = [...]}`."""
    negated = "not" in table
    values = table["not" if negated else "is"]
    return Condition(
        str(table["stage"]),
        tuple(map(str, values)),
        negated,
        table.get("match") == "all",
    )


def condition_table(condition: Condition) -> dict[str, Any]:
    """Write a condition as a recipe's `when` table; `condition_from` gives it back."""
    table: dict[str, Any] = {
        "stage": condition.stage,
        "not" if condition.negated else "is": list(condition.values),
    }
    return table | ({"match": "all"} if condition.every else {})
