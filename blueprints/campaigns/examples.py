"""Ready recipes to start from: a file each, read like any other recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from microtasks import recipe
from microtasks.recipe import Recipe

_FOLDER = Path(__file__).parent / "recipes"


@dataclass(frozen=True, slots=True)
class Example:
    """A ready recipe: what its button says, and the plan."""

    name: str
    plan: Recipe


@cache
def examples() -> Mapping[str, Example]:
    """Return the ready recipes by the name of their file, in the order of these."""
    return {
        path.stem.partition("-")[2]: Example(_label(path), _read(path))
        for path in sorted(_FOLDER.glob("*.toml"))
    }


def _read(path: Path) -> Recipe:
    return recipe.read(path.read_text(encoding="utf-8"))


def _label(path: Path) -> str:
    """Return what the first line says after its comment sign."""
    return path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
