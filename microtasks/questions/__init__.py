"""Kinds of question by their names: a new kind is one file with one subclass, and its instance in the list below."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from microtasks.errors import RecipeError
from microtasks.questions.choice import Choice
from microtasks.questions.choices import Choices
from microtasks.questions.kind import (
    Ballot,
    Decision,
    Estimate,
    Kind,
    Question,
    Reliability,
    Value,
    Vote,
)
from microtasks.questions.number import Number
from microtasks.questions.text import Text

__all__ = [
    "Ballot",
    "Decision",
    "Estimate",
    "Kind",
    "Question",
    "Reliability",
    "Value",
    "Vote",
    "kind",
    "kinds",
]

_KINDS: Mapping[str, Kind] = MappingProxyType(
    {each.name: each for each in (Choice(), Choices(), Text(), Number())}
)


def kinds() -> Mapping[str, Kind]:
    """Return every kind of question by its name."""
    return _KINDS


def kind(name: str) -> Kind:
    """Return the kind of this name, or refuse with the names that exist."""
    if name not in _KINDS:
        known = ", ".join(_KINDS)
        raise RecipeError(
            f"there is no kind of question {name!r}; there are: {known}",
            "question.kind",
        )
    return _KINDS[name]
