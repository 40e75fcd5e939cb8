"""A campaign's plan as a value: what a recipe file, the browser's form and a campaign's rows all say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from microtasks.questions.kind import Question
from microtasks.slicing.slicer import Cut
from microtasks.stages import Condition, Policy


@dataclass(frozen=True, slots=True)
class StagePlan:
    """One stage: how sources are cut, what is asked of each card, how often, and under which condition."""

    name: str
    cut: Cut
    question: Question
    policy: Policy
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """A whole campaign, without its sources."""

    title: str
    description: str = ""
    instructions: str = ""
    languages: tuple[str, ...] = ()
    deadline: date | None = None
    #: None: each way of slicing has its own limit.
    exposure: float | None = None
    lease_minutes: int = 10
    #: None: all columns.
    publish: tuple[str, ...] | None = None
    licence: str = "CC-BY-4.0"
    stages: tuple[StagePlan, ...] = ()
