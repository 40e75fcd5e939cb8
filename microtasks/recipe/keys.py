"""Every key that a recipe may have: what reading is checked against, and what docs/recipe.md must explain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

#: A key that has no default: a recipe without it is refused.
REQUIRED: Any = object()


@dataclass(frozen=True, slots=True)
class Key:
    """One key: the sort of its value, its default, its meaning, and the bounds of its value."""

    sort: str
    default: Any
    meaning: str
    longest: int = 0
    lowest: float | None = None
    highest: float | None = None
    lines: bool = False


#: Settings of a kind of question or of a way of slicing are not here: their registries name them.
KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "title": Key("text", REQUIRED, "the campaign's name; its address is made from it", 200),
        "description": Key("text", "", "one sentence that a volunteer reads first", 500),
        "instructions": Key("text", "", "how to answer, in Markdown, shown beside every card", 50_000, lines=True),
        "languages": Key("list of texts", (), "languages that a volunteer should read, as codes: en, fr, ht", 20),
        "deadline": Key("date", None, "the last day on which answers are taken"),
        "exposure": Key("number", None, "the largest share of a source that one volunteer may see, above 0, at most 1; left out: 0.2 for lines, words, zones and fields, 1 for whole and grid", lowest=0, highest=1),
        "lease_minutes": Key("whole number", 10, "how long a card is kept for a volunteer who looks at it", lowest=1, highest=1440),
        "publish": Key("list of texts", None, "source columns for the public data set; left out: all of them", 2000),
        "licence": Key("text", "CC-BY-4.0", "the licence of the public data set", 80),
        "stage": Key("list of tables", (), "the questions, in order: one [[stage]] each", 50),
        "stage.name": Key("text", REQUIRED, "a word for the stage, unique in the recipe; it names columns of the data set", 60),
        "stage.slice": Key("table", REQUIRED, "how each source is cut into cards"),
        "stage.slice.mode": Key("text", REQUIRED, "the way of slicing; further keys are its own", 40),
        "stage.question": Key("table", REQUIRED, "what is asked of each card"),
        "stage.question.kind": Key("text", REQUIRED, "the kind of question; further keys are its own", 40),
        "stage.question.text": Key("text", REQUIRED, "the question as the volunteer reads it", 500),
        "stage.question.help": Key("text", "", "a few words more, in Markdown, shown below the question", 5000, lines=True),
        "stage.policy": Key("table", {}, "how many answers a card needs"),
        "stage.policy.min_answers": Key("whole number", 2, "answers each card gets at least", lowest=1, highest=1000),
        "stage.policy.max_answers": Key("whole number", 5, "answers each card gets at most; then a reviewer decides", lowest=1, highest=1000),
        "stage.policy.confidence": Key("number", 0.9, "the probability at which a card counts as decided, above 0, at most 1", lowest=0, highest=1),
        "stage.when": Key("table", None, "asks the stage only where an earlier one decided so; left out: always"),
        "stage.when.stage": Key("text", REQUIRED, "the earlier stage's name", 60),
        "stage.when.is": Key("list of values", None, "the card is asked where one of these was decided", 500),
        "stage.when.not": Key("list of values", None, "the card is asked where something else than these was decided", 500),
        "stage.when.match": Key("text", "any", "where the decided value is a list: `any` of it or `all` of it must be among the values"),
    }
)  # fmt: skip
