"""Reading a question's settings out of a recipe: each refusal is a sentence that names its key."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from math import isfinite

from microtasks.errors import RecipeError
from microtasks.questions.kind import Question

CANT_TELL = 'may volunteers say "can\'t tell" (true unless said otherwise)'
LONGEST_OPTION = 200
MOST_OPTIONS = 100


def refuse_unknown(question: Question, known: Mapping[str, str]) -> None:
    """Refuse settings that this kind of question does not have."""
    for key in question.settings:
        if key not in known:
            names = ", ".join(sorted(known))
            raise _error(
                key,
                f"a question of kind {question.kind} has no setting {key!r}; it has: {names}",
            )


def flag(question: Question, key: str, default: bool) -> bool:
    """Read a yes or no."""
    value = question.settings.get(key, default)
    if not isinstance(value, bool):
        raise _error(key, f"{key} must be true or false")
    return value


def whole(question: Question, key: str, default: int, low: int, high: int) -> int:
    """Read a whole number within its limits."""
    value = question.settings.get(key, default)
    if (
        isinstance(value, bool)
        or not isinstance(value, int)
        or not low <= value <= high
    ):
        raise _error(key, f"{key} must be a whole number from {low} to {high}")
    return value


def number(question: Question, key: str) -> int | float | None:
    """Read a finite number; None when it is not given."""
    value = question.settings.get(key)
    if value is None:
        return None
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not isfinite(value)
    ):
        raise _error(key, f"{key} must be a number")
    return value


def line(question: Question, key: str, longest: int) -> str:
    """Read a short line of text; empty when it is not given."""
    value = question.settings.get(key, "")
    if not isinstance(value, str) or len(value) > longest or not printable(value):
        raise _error(key, f"{key} must be a line of at most {longest} characters")
    return value.strip()


def one_of(question: Question, key: str, choices: Sequence[str]) -> str:
    """Read one of a few words; the first is the default."""
    value = question.settings.get(key, choices[0])
    if value not in choices:
        raise _error(key, f"{key} must be one of: {', '.join(choices)}")
    return str(value)


def several_of(question: Question, key: str, choices: Sequence[str]) -> list[str]:
    """Read a list of some of a few words, each at most once; they come back in the order of the choices."""
    value = question.settings.get(key, [])
    known = isinstance(value, (list, tuple)) and all(item in choices for item in value)
    if not known or len(set(value)) < len(value):
        raise _error(key, f"{key} must be a list of some of: {', '.join(choices)}")
    return [choice for choice in choices if choice in value]


def options(question: Question, fewest: int) -> list[str]:
    """Read the options that volunteers choose from: distinct lines, in the order they are shown."""
    value = question.settings.get("options")
    if not isinstance(value, (list, tuple)) or not fewest <= len(value) <= MOST_OPTIONS:
        raise _error(
            "options", f"options must be a list of {fewest} to {MOST_OPTIONS} texts"
        )
    found: list[str] = []
    for position, item in enumerate(value, start=1):
        option = _option(item, position)
        if option in found:
            raise _error("options", f"option {option!r} is there twice")
        found.append(option)
    return found


def _option(item: object, position: int) -> str:
    if not isinstance(item, str):
        raise _error("options", f"option {position} must be a text in quotes")
    option = unicodedata.normalize("NFC", item).strip()
    if not option:
        raise _error("options", f"option {position} is blank")
    if len(option) > LONGEST_OPTION or not printable(option):
        raise _error(
            "options",
            f"option {position} must be one line of at most {LONGEST_OPTION} characters",
        )
    return option


def printable(text: str) -> bool:
    """Say whether a text has no control characters and no halves of a character."""
    return not any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text)


def _error(key: str, message: str) -> RecipeError:
    return RecipeError(message, f"question.{key}")
