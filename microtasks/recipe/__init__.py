"""Recipes: a file that describes a campaign completely. The browser's form reads and writes the same thing."""

from __future__ import annotations

import tomllib

from microtasks.errors import RecipeError
from microtasks.recipe import toml
from microtasks.recipe.keys import KEYS, REQUIRED, Key
from microtasks.recipe.plan import Recipe, StagePlan
from microtasks.recipe.reading import from_table
from microtasks.recipe.writing import stage_table, table_of

__all__ = [
    "KEYS",
    "REQUIRED",
    "Key",
    "Recipe",
    "StagePlan",
    "from_table",
    "read",
    "stage_table",
    "table_of",
    "write",
]

#: More than this is no recipe.
LONGEST = 1_000_000


def read(text: str) -> Recipe:
    """Read a recipe, or raise RecipeError that names the key and says what is wrong with it."""
    if len(text) > LONGEST:
        raise RecipeError(f"the recipe has more than {LONGEST:,} characters")
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise RecipeError(f"this is not TOML: {error}") from error
    return from_table(table)


def write(recipe: Recipe) -> str:
    """Write a recipe's file; `read` gives the same recipe back."""
    return toml.document(table_of(recipe))
