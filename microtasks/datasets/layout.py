"""The tables of a data set: which files there are, their columns, and what each column means.

Inputs are what was uploaded and said; outputs are what follows from them and can be computed again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from microtasks.reassembly.tables import Form, Group


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its type in the words of Frictionless Table Schema, and its meaning."""

    name: str
    type: str
    meaning: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One file: its columns, and where among them the sources' own columns stand (None: it has none)."""

    file: str
    meaning: str
    columns: Sequence[Column]
    own_at: int | None = None
    key: Sequence[str] = ()
    is_input: bool = False

    @property
    def names(self) -> list[str]:
        """Return the names of our columns."""
        return [column.name for column in self.columns]


_SOURCE = Column(
    "source", "string", "the source's name, unique in the campaign", required=True
)
_STAGE = Column("stage", "string", "the stage's name in recipe.toml", required=True)
_SLICE = Column(
    "slice", "string", "the slice's name, unique within source and stage", required=True
)
_PLACE = (_SOURCE, _STAGE, _SLICE)
_VERSION = Column(
    "stage_version",
    "integer",
    "the version of the stage's question; it rises when text, options or slicing change after the first answer",
)
_REGION = (
    Column("x", "integer", "left edge in pixels of the source; blank for records"),
    Column("y", "integer", "top edge in pixels of the source"),
    Column("width", "integer", "width in pixels of the source"),
    Column("height", "integer", "height in pixels of the source"),
)
_CONFIDENCE = "the probability that the value is right, 0 to 1"

SOURCES = Table(
    "sources.csv",
    "What was uploaded: one row per source, in the order of the manifest, with its own columns as they came.",
    (
        _SOURCE,
        Column("width", "integer", "width of the picture in pixels; blank for records"),
        Column("height", "integer", "height of the picture in pixels"),
    ),
    own_at=3,
    key=("source",),
    is_input=True,
)
SLICES = Table(
    "slices.csv",
    "Where each slice lies in its source, and what became of its card in the campaign.",
    (
        *_PLACE,
        Column("order", "integer", "its place in reading order within the source"),
        *_REGION,
        Column("fields", "string", "the columns that it shows, as a JSON list; blank for pictures"),
        Column("state", "string", "the card's state in the campaign when the data set was frozen"),
        _VERSION,
    ),
    key=("source", "stage", "slice"),
    is_input=True,
)  # fmt: skip
ANSWERS = Table(
    "answers.csv",
    "Every answer that was given: one row per answer, in the order of slices.csv and then of time.",
    (
        *_PLACE,
        Column("volunteer", "string", "the volunteer's pseudonym, which is another one in every campaign", required=True),
        Column("value", "string", "what was answered; blank with the flag `cant_tell` says that the volunteer could not tell"),
        Column("answered_at", "datetime", "when, in UTC"),
        Column("seconds", "number", "how long the card was in the volunteer's hands"),
        Column("late", "boolean", "whether it came after the card's lease had run out"),
        Column("counted", "boolean", "whether it took one of the card's places: consensus uses counted answers only"),
        Column("flag", "string", "words separated by blanks: `cant_tell`; `fast`, quicker than a person can look; `withdrawn`, taken back by the volunteer"),
        Column("gold", "boolean", "whether the card's value was known beforehand"),
        _VERSION,
    ),
    is_input=True,
)  # fmt: skip
REVIEWS = Table(
    "reviews.csv",
    "Cards that a reviewer decided; a later row for the same card supersedes an earlier one.",
    (
        *_PLACE,
        Column("value", "string", "what the reviewer decided"),
        Column("flag", "string", "`cant_tell` if it cannot be told"),
        Column("reviewer", "string", "the reviewer's pseudonym; blank if the account no longer exists"),
        Column("reviewed_at", "datetime", "when, in UTC"),
        _VERSION,
    ),
    is_input=True,
)  # fmt: skip
GOLD = Table(
    "gold.csv",
    "Cards whose value was known beforehand; answers to them are never counted.",
    (*_PLACE, Column("value", "string", "the known value")),
    key=("source", "stage", "slice"),
    is_input=True,
)
REFUSED = Table(
    "refused.csv",
    "What was uploaded and not taken as a source, and why: with sources.csv, every row of the manifest.",
    (
        Column("file", "string", "the file that it stands in"),
        Column("row", "integer", "its row in that file, counted from 1 with the header"),
        Column("column", "string", "the column at fault"),
        Column("reason", "string", "why it was not taken"),
    ),
)  # fmt: skip
CONSENSUS = Table(
    "consensus.csv",
    "What was decided: one row per source, stage and slice.",
    (
        *_PLACE,
        *_REGION,
        Column("value", "string", "the decided value, or the likeliest so far: see status"),
        Column("confidence", "number", _CONFIDENCE),
        Column("answers", "integer", "how many counted answers it rests on"),
        Column("status", "string", "resolved, cant_tell, contested, open, held, waiting, unneeded, stale or withdrawn: see README.md"),
        Column("method", "string", "how the value was found; `review`: by a reviewer, `gold`: known beforehand"),
        _VERSION,
    ),
    own_at=1,
    key=("source", "stage", "slice"),
)  # fmt: skip
CONTESTED = Table(
    "contested.csv",
    "Cards on which volunteers do not agree and that no reviewer has decided.",
    (
        *_PLACE,
        Column("answers", "integer", "how many counted answers there are"),
        Column("value", "string", "the likeliest value"),
        Column("confidence", "number", _CONFIDENCE),
        Column("tally", "string", "a JSON list of [value, number of answers]; null stands for `can't tell`"),
    ),
    key=("source", "stage", "slice"),
)  # fmt: skip
VOLUNTEERS = Table(
    "volunteers.csv",
    "How reliable each volunteer was in each stage, as estimated from agreement alone.",
    (
        Column("volunteer", "string", "the volunteer's pseudonym", required=True),
        _STAGE,
        Column("answers", "integer", "how many of the counted answers are theirs"),
        Column("accuracy", "number", "how often the volunteer is right, 0 to 1 (posterior mean)"),
        Column("low", "number", "lower end of the 95 % interval"),
        Column("high", "number", "upper end of the 95 % interval"),
        Column("flag", "string", "words separated by blanks for what deserves a second look: constant, near_chance, fast, copies"),
    ),
    key=("volunteer", "stage"),
)  # fmt: skip

#: The tables whose columns are always the same, in the order in which a reader wants them.
FIXED = (
    CONSENSUS,
    ANSWERS,
    CONTESTED,
    REVIEWS,
    GOLD,
    VOLUNTEERS,
    SOURCES,
    SLICES,
    REFUSED,
)
INPUTS = tuple(table for table in FIXED if table.is_input)
RECIPE = "recipe.toml"

_WIDE_MEANINGS = {
    Form.single: ("the decided value", _CONFIDENCE, "counted answers", "status, as in consensus.csv"),
    Form.groups: ("the decided value", _CONFIDENCE, "counted answers", "status, as in consensus.csv"),
    Form.tally: (
        "decided slices of the source by value, as a JSON object",
        "mean confidence of the decided slices",
        "counted answers of all slices together",
        "slices of the source by status, as a JSON object",
    ),
}  # fmt: skip


def wide(groups: Sequence[Group]) -> Table:
    """Return the layout of table.csv for a campaign whose stages form these groups of columns."""
    columns = [_SOURCE]
    for group in groups:
        types = ("string", "number", "integer", "string")
        meanings = _WIDE_MEANINGS[group.form]
        for name, kind, meaning in zip(group.columns, types, meanings, strict=True):
            columns.append(Column(name, kind, f"{group.name}: {meaning}"))
    return Table(
        "table.csv",
        "The manifest as it came, a row per source in the same order, with what each stage decided beside it.",
        _distinct(columns),
        own_at=1,
        key=("source",),
    )


def _distinct(columns: Sequence[Column]) -> list[Column]:
    """Keep names of columns apart where a stage is called like another one's `_confidence`."""
    taken: set[str] = set()
    kept = []
    for column in columns:
        name = column.name
        while name in taken:
            name += "_"
        taken.add(name)
        kept.append(Column(name, column.type, column.meaning, column.required))
    return kept
