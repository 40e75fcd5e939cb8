"""From a plan back to a recipe's table: what is at its default is left out where that reads better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from microtasks import stages
from microtasks.recipe.keys import KEYS
from microtasks.recipe.plan import Recipe, StagePlan


def table_of(recipe: Recipe) -> dict[str, Any]:
    """Write a plan as a recipe's table; `from_table` gives it back."""
    given: dict[str, Any] = {"title": recipe.title}
    for name in KEYS:
        if "." not in name and name not in {"title", "stage"}:
            value = getattr(recipe, name)
            if value != KEYS[name].default or name in {"lease_minutes", "licence"}:
                given[name] = list(value) if isinstance(value, tuple) else value
    if recipe.stages:
        given["stage"] = [stage_table(plan) for plan in recipe.stages]
    return given


def stage_table(plan: StagePlan) -> dict[str, Any]:
    """Write one stage as a recipe's table."""
    table: dict[str, Any] = {"name": plan.name}
    if plan.when:
        table["when"] = stages.condition_table(plan.when)
    return table | {
        "slice": _set(stages.cut_table(plan.cut)),
        "question": _set(stages.question_table(plan.question)),
        "policy": {
            "min_answers": plan.policy.min_answers,
            "max_answers": plan.policy.max_answers,
            "confidence": plan.policy.confidence,
        },
    }


def _set(table: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is None: TOML has no word for it, and reading puts it back. Lists look as the database keeps them."""
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in table.items()
        if value is not None
    }
