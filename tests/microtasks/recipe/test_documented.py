"""docs/recipe.md leaves no key of a recipe unexplained, and its examples work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from microtasks import questions, recipe, slicing

PAGE = (Path(__file__).parents[3] / "docs" / "recipe.md").read_text()


@pytest.mark.parametrize("key", list(recipe.KEYS))
def test_every_key_is_in_a_table_of_the_page(key: str) -> None:
    assert f"\n| `{key}` |" in PAGE


@pytest.mark.parametrize("mode", list(slicing.slicers()))
def test_every_way_of_slicing_is_explained_with_its_settings(mode: str) -> None:
    _explained(mode, slicing.slicer(mode).settings)


@pytest.mark.parametrize("kind", list(questions.kinds()))
def test_every_kind_of_question_is_explained_with_its_settings(kind: str) -> None:
    _explained(kind, questions.kind(kind).settings)


def _explained(name: str, settings: object) -> None:
    section = re.search(rf"\n### `{name}`\n(.*?)(\n##|$)", PAGE, re.DOTALL)
    assert section, f"no section on {name}"
    assert set(re.findall(r"^\| `(\w+)` \|", section[1], re.MULTILINE)) == set(settings)  # type: ignore[call-overload]


def test_the_examples_of_the_page_are_recipes() -> None:
    examples = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert len(examples) >= 2
    for example in examples:
        made = recipe.read(example)
        assert len(made.stages) == 2
        assert recipe.read(recipe.write(made)) == made


def test_stated_defaults_are_the_real_ones() -> None:
    for key in ("lease_minutes", "licence", "stage.policy.min_answers", "stage.policy.max_answers", "stage.policy.confidence"):  # fmt: skip
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{key}` "))
        assert str(recipe.KEYS[key].default) in row.split("|")[3]
