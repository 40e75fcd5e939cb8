"""Kinds of question by their names: a new kind is one file with one subclass, and its instance in the list below."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from microtasks.errors import InvalidInput, RecipeError
from microtasks.questions.choice import Choice
from microtasks.questions.choices import Choices
from microtasks.questions.kind import (
    AnswerType,
    Ballot,
    Decision,
    Estimate,
    Kind,
    Question,
    Reliability,
    Value,
    Vote,
)
from microtasks.questions.marks import BoxMarks, PlaceMarks, PointMarks, PolygonMarks
from microtasks.questions.number import Number
from microtasks.questions.text import Text

__all__ = [
    "AnswerType",
    "Ballot",
    "Decision",
    "Estimate",
    "Kind",
    "Question",
    "Reliability",
    "Value",
    "Vote",
    "answer_type",
    "answer_types",
    "kind",
    "kinds",
]

_KINDS: Mapping[str, Kind] = MappingProxyType(
    {each.name: each for each in (Choice(), Choices(), Text(), Number())}
)


#: Answers that no card asks for yet, but that tables of answers from elsewhere may hold.
_OTHER_TYPES: Mapping[str, AnswerType] = MappingProxyType(
    {
        each.name: each
        for each in (PointMarks(), BoxMarks(), PolygonMarks(), PlaceMarks())
    }
)


def answer_types() -> Mapping[str, AnswerType]:
    """Return every type of answer by its name: those of all kinds of question, and more."""
    return {**_KINDS, **_OTHER_TYPES}


def answer_type(name: str) -> AnswerType:
    """Return the type of answer of this name, or refuse with the names that exist."""
    known = answer_types()
    if name not in known:
        raise InvalidInput(
            f"there is no type of answer {name!r}; there are: {', '.join(known)}",
            "kind",
        )
    return known[name]


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
