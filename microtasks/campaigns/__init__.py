"""Campaigns: made from a recipe, changed while that harms no answer, and led from draft to closed."""

from microtasks.campaigns.changing import change
from microtasks.campaigns.creating import by_slug, create, recipe_of, slug_of
from microtasks.campaigns.states import (
    close,
    close_overdue,
    deadline_passed,
    delete,
    open_,
    pause,
    plan_estimates,
    resume,
    sweep,
)

__all__ = [
    "by_slug",
    "change",
    "close",
    "close_overdue",
    "create",
    "deadline_passed",
    "delete",
    "open_",
    "pause",
    "plan_estimates",
    "recipe_of",
    "resume",
    "slug_of",
    "sweep",
]
