"""Marks as a table's cell holds them: a JSON list, each mark checked, with a sentence that says which one is wrong."""

from __future__ import annotations

import json
from math import inf, isfinite
from typing import Any

from microtasks.errors import InvalidAnswer

#: Marks in one answer, corners in one outline, and how far from the origin a mark may lie.
MOST_MARKS = 1_000
MOST_CORNERS = 500
FARTHEST = 1e9


def marks(cell: str) -> list[Any] | None:
    """Read a JSON list of marks, each still unchecked; `null` is "can't tell"."""
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        raise InvalidAnswer("the marks are not written as a JSON list") from None
    if found is None:
        return None
    if not isinstance(found, list):
        raise InvalidAnswer("the marks are not a JSON list")
    if len(found) > MOST_MARKS:
        raise InvalidAnswer(
            f"there are {len(found)} marks, more than {MOST_MARKS}; cut such a picture into tiles"
        )
    return found


def numbers(found: Any, names: tuple[str, ...], which: str) -> tuple[float, ...]:
    """Read a list of as many plain numbers as there are names."""
    if not isinstance(found, list) or len(found) != len(names):
        raise InvalidAnswer(f"{which} is not a list of {', '.join(names)}")
    return tuple(
        number(value, f"{which}: {name}")
        for value, name in zip(found, names, strict=True)
    )


def number(value: Any, which: str) -> float:
    """Read a finite number that a picture can hold."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidAnswer(f"{which} is not a number")
    if abs(value) > FARTHEST and abs(value) != inf:
        raise InvalidAnswer(f"{which} is too far off: more than {FARTHEST:.0e}")
    if not isfinite(value):
        raise InvalidAnswer(f"{which} is not a finite number")
    return float(value)
