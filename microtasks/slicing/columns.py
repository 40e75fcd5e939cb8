"""The `columns` setting, which every slicer of records shares: which fields of a record a volunteer sees."""

from __future__ import annotations

from collections.abc import Sequence

from microtasks.errors import InvalidInput, RecipeError
from microtasks.slicing.slicer import Subject


def names(value: object, key: str = "slice.columns") -> list[str]:
    """Return a recipe's list of column names, or raise RecipeError."""
    if isinstance(value, str) or not isinstance(value, Sequence) or not value:
        raise RecipeError(f"`{key}` must be a list of column names", key)

    for name in value:
        if not isinstance(name, str) or not name.strip():
            raise RecipeError(f"`{key}` must hold names of columns, not {name!r}", key)
    if len(set(value)) < len(value):
        raise RecipeError(f"`{key}` names a column twice", key)
    return list(value)


def shown(subject: Subject, columns: Sequence[str]) -> tuple[str, ...]:
    """Return those of the columns that say something, or raise InvalidInput for one that the record lacks."""
    for name in columns:
        if name not in subject.fields and name not in subject.blank:
            raise InvalidInput(f"there is no column `{name}`", name)
    return tuple(name for name in columns if name in subject.fields)


def nothing_to_show(columns: Sequence[str]) -> InvalidInput:
    """Return the refusal of a record whose shown columns are all blank."""
    listed = ", ".join(f"`{name}`" for name in columns[:5])
    if len(columns) > 5:
        listed += f" and {len(columns) - 5} more"
    verb = "is" if len(columns) == 1 else "are"
    column = columns[0] if len(columns) == 1 else None
    return InvalidInput(f"row has nothing to show: {listed} {verb} blank", column)
