"""A recipe says what a campaign is; whatever it cannot mean is refused by its key."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microtasks import recipe
from microtasks.errors import RecipeError
from microtasks.recipe import Recipe

MESSAGES = """
title = "Sort flood messages"
languages = ["en", "fr"]
deadline = 2027-01-31
exposure = 0.2
publish = ["genre"]

[[stage]]
name = "need"
slice = { mode = "fields", columns = ["message"] }
question = { kind = "choice", text = "What does it ask for?", options = ["water", "food", "nothing"] }
policy = { min_answers = 2, max_answers = 5, confidence = 0.95 }

[[stage]]
name = "where"
when = { stage = "need", not = ["nothing"] }
slice = { mode = "fields", columns = ["message"] }
question = { kind = "text", text = "Copy the place name." }
policy = { min_answers = 2, max_answers = 4 }
"""


def test_a_recipe_is_read_with_its_defaults() -> None:
    read = recipe.read(MESSAGES)

    assert (read.title, read.languages) == ("Sort flood messages", ("en", "fr"))
    assert (read.deadline, read.exposure) == (date(2027, 1, 31), 0.2)
    assert (read.lease_minutes, read.licence) == (10, "CC-BY-4.0")
    need, where = read.stages
    assert need.cut.settings == {"columns": [["message"]]}
    assert need.question.settings["options"] == ["water", "food", "nothing"]
    assert where.policy.confidence == 0.9
    assert where.when is not None
    assert (where.when.stage, where.when.values) == ("need", ("nothing",))
    assert where.when.negated


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('title = "Sort flood messages"', "", "title"),
        ("Sort flood messages", "", "title"),
        ("Sort flood messages", "x" * 201, "title"),
        ('"Sort flood messages"', '"a\\nb"', "title"),
        ('"Sort flood messages"', '"a\\u0000b"', "title"),
        ('"Sort flood messages"', "3", "title"),
        ('["en", "fr"]', '"en"', "languages"),
        ('["en", "fr"]', '["english language"]', "languages"),
        ("2027-01-31", '"tomorrow"', "deadline"),
        ("2027-01-31", "2027-01-31T10:00:00Z", "deadline"),
        ("exposure = 0.2", "exposure = 0", "exposure"),
        ("exposure = 0.2", "exposure = 1.5", "exposure"),
        ("exposure = 0.2", "exposure = nan", "exposure"),
        ("exposure = 0.2", "exposure = true", "exposure"),
        ("exposure = 0.2", "lease_minutes = 0", "lease_minutes"),
        ("exposure = 0.2", "lease = 5", "lease"),
        ('["genre"]', '["genre", "genre"]', "publish"),
        ('name = "where"', 'name = "Need"', "stage 2 (Need).name"),
        ('name = "where"', "", "stage 2.name"),
        ('mode = "fields"', 'mode = "cubes"', "stage 1 (need).slice.mode"),
        ("columns", "colums", "stage 1 (need).slice.colums"),
        ('kind = "choice"', 'kind = "guess"', "stage 1 (need).question.kind"),
        (', text = "What does it ask for?"', "", "stage 1 (need).question.text"),
        (
            '["water", "food", "nothing"]',
            "[]",
            "stage 1 (need).question.options",
        ),
        ("max_answers = 4", "max_answers = 1", "stage 2 (where).policy.max_answers"),
        ("max_answers = 4", "most = 1", "stage 2 (where).policy.most"),
        ("= 0.95", "= 0", "stage 1 (need).policy.confidence"),
        ("= 0.95", "= 1.01", "stage 1 (need).policy.confidence"),
        ("min_answers = 2", "min_answers = 0", "stage 1 (need).policy.min_answers"),
        ("min_answers = 2", "min_answers = 2.5", "stage 1 (need).policy.min_answers"),
        ('stage = "need", not', 'stage = "where", not', "stage 2 (where).when.stage"),
        ('stage = "need", not', 'stage = "later", not', "stage 2 (where).when.stage"),
        ('["nothing"]', '["nothin"]', "stage 2 (where).when.not"),
        ('["nothing"]', "[]", "stage 2 (where).when.not"),
        ('not = ["nothing"]', 'match = "all"', "stage 2 (where).when"),
        (
            'not = ["nothing"]',
            'is = ["food"], not = ["water"]',
            "stage 2 (where).when",
        ),
        (
            'not = ["nothing"]',
            'is = ["food"], match = "some"',
            "stage 2 (where).when.match",
        ),
    ],
)
def test_what_no_campaign_can_do_is_refused_by_its_key(
    old: str, new: str, field: str
) -> None:
    assert old in MESSAGES
    with pytest.raises(RecipeError) as refused:
        recipe.read(MESSAGES.replace(old, new, 1))

    assert refused.value.field == field
    assert str(refused.value).startswith(f"{field}: ")


def test_what_is_not_toml_is_refused_in_a_sentence() -> None:
    with pytest.raises(RecipeError, match="this is not TOML"):
        recipe.read("title is missing")
    with pytest.raises(RecipeError, match="this is not TOML"):
        recipe.read("x = " + "[" * 50_000)


def test_a_recipe_without_questions_is_a_draft() -> None:
    assert recipe.read('title = "Soon"').stages == ()


LINE = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=30
).filter(lambda text: text == text.strip())
OPTION = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t\"\\'"),
    max_size=200,
).map(str.strip)  # fmt: skip


@st.composite
def stage_tables(draw: st.DrawFn, name: str, earlier: list[dict[str, Any]]) -> Any:
    low = draw(st.integers(1, 9))
    table: dict[str, Any] = {
        "name": name,
        "slice": draw(
            st.sampled_from(
                [
                    {"mode": "whole"},
                    {"mode": "grid", "tile": 300, "overlap": 7},
                    {"mode": "fields", "columns": [["a b", 'c"\\'], ["é"]]},
                ]
            )
        ),
        "question": {
            "kind": draw(st.sampled_from(["choice", "choices"])),
            "text": draw(LINE),
            "help": draw(TEXT),
            "options": draw(
                st.lists(OPTION, min_size=2, max_size=4, unique_by=str.casefold)
            ),
        },
        "policy": {
            "min_answers": low,
            "max_answers": low + draw(st.integers(0, 9)),
            "confidence": draw(st.floats(0.001, 1)),
        },
    }
    if earlier and draw(st.booleans()):
        asked = draw(st.sampled_from(earlier))
        table["when"] = {
            "stage": asked["name"],
            draw(st.sampled_from(["is", "not"])): asked["question"]["options"][:1],
            "match": draw(st.sampled_from(["any", "all"])),
        }
    return table


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    names = draw(st.lists(LINE, max_size=3, unique_by=str.casefold))
    stages: list[dict[str, Any]] = []
    for name in names:
        stages.append(draw(stage_tables(name, stages)))
    return recipe.from_table(
        {
            "title": draw(LINE),
            "description": draw(LINE),
            "instructions": draw(TEXT),
            "deadline": draw(st.none() | st.dates()),
            "exposure": draw(st.none() | st.floats(0.001, 1)),
            "publish": draw(st.none() | st.lists(LINE, max_size=3, unique=True)),
            "stage": stages,
        }
    )


@settings(max_examples=60, deadline=None)
@given(recipes())
def test_a_recipe_that_is_written_and_read_is_the_same(made: Recipe) -> None:
    assert recipe.read(recipe.write(made)) == made
