"""From a recipe's table to a plan: every key is checked, and what does not fit together is refused by its key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from microtasks import questions, slicing, stages
from microtasks.errors import RecipeError
from microtasks.questions.kind import Question
from microtasks.recipe import values
from microtasks.recipe.plan import Recipe, StagePlan
from microtasks.recipe.values import refuse
from microtasks.slicing.slicer import Cut
from microtasks.stages import Condition, Policy

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def from_table(given: Mapping[str, Any]) -> Recipe:
    """Check a recipe's table, as a file or a form gives it, and return the plan it describes."""
    table = values.table(given, "", "")
    for code in table["languages"]:
        if not _LANGUAGE.fullmatch(code):
            raise refuse("languages", f"`{code}` is no code of a language like en or pt-BR")  # fmt: skip

    plans: list[StagePlan] = []
    for number, each in enumerate(table.pop("stage"), 1):
        plans.append(_stage(each, number, plans))
    return Recipe(**table, stages=tuple(plans))


def _stage(given: Any, number: int, earlier: Sequence[StagePlan]) -> StagePlan:
    name = given.get("name") if isinstance(given, Mapping) else None
    where = f"stage {number} ({name})" if isinstance(name, str) else f"stage {number}"
    table = values.table(given, "stage.", where)
    if table["name"].casefold() in {plan.name.casefold() for plan in earlier}:
        raise refuse(f"{where}.name", "an earlier stage has this name")
    return StagePlan(
        table["name"],
        _cut(table["slice"], where),
        _question(table["question"], where),
        _policy(table["policy"], f"{where}.policy"),
        _when(table["when"], f"{where}.when", earlier),
    )


def _cut(given: Any, where: str) -> Cut:
    inner = f"{where}.slice"
    table = values.table(given, "stage.slice.", inner, more=True)
    values.plain(given, inner)
    try:
        settings = slicing.slicer(table["mode"]).check(stages.cut_from(given).settings)
    except RecipeError as error:
        raise refuse(f"{where}.{error.field or 'slice'}", str(error)) from error
    return Cut(table["mode"], settings)


def _question(given: Any, where: str) -> Question:
    inner = f"{where}.question"
    table = values.table(given, "stage.question.", inner, more=True)
    values.plain(given, inner)
    asked = stages.question_from(given | table)
    try:
        return questions.kind(asked.kind).check(asked)
    except RecipeError as error:
        raise refuse(f"{where}.{error.field or 'question'}", str(error)) from error


def _policy(given: Any, where: str) -> Policy:
    policy = Policy(**values.table(given, "stage.policy.", where))
    if policy.max_answers < policy.min_answers:
        raise refuse(
            f"{where}.max_answers",
            f"{policy.max_answers} is fewer than min_answers, {policy.min_answers}",
        )
    return policy


def _when(given: Any, where: str, earlier: Sequence[StagePlan]) -> Condition | None:
    if given is None:
        return None
    table = values.table(given, "stage.when.", where)
    if (table["is"] is None) == (table["not"] is None):
        raise refuse(where, "must say either `is` or `not`")
    if table["match"] not in {"any", "all"}:
        raise refuse(f"{where}.match", "must be any or all")

    plan = next((plan for plan in earlier if plan.name == table["stage"]), None)
    if plan is None:
        raise refuse(f"{where}.stage", f"there is no earlier stage `{table['stage']}`")
    said = "is" if table["not"] is None else "not"
    _refuse_other_options(table[said], plan.question, f"{where}.{said}")
    return Condition(plan.name, table[said], said == "not", table["match"] == "all")


def _refuse_other_options(
    wanted: Sequence[str], question: Question, where: str
) -> None:
    options = [str(option) for option in question.settings.get("options") or ()]
    for option in wanted:
        if options and option not in options:
            raise refuse(
                where,
                f"`{option}` is no option of the earlier stage; its options are {', '.join(options)}",
            )
