"""Simulated volunteers' minds: what they know of the truth, and how they get it wrong. Pure: no network, no database."""

from __future__ import annotations

import csv
import io
import json
import posixpath
import string
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal

from microtasks.errors import InvalidInput

#: What a form sends as `value`: one text, several, or none.
Raw = tuple[str, ...]

#: Nobody is so bad that guessing would be better on a question of many options.
WORST = 0.05


@dataclass(frozen=True, slots=True)
class Control:
    """How a card's form wants its answer: one of some options, any of them, a number or a text."""

    sort: Literal["one", "many", "number", "text"]
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card stands: its source (by name and row), its stage and its slice."""

    source: str
    row: int | None
    stage: str
    slice: str


class Truth:
    """What is right, card by card; the source goes by its name, else its file's last part, else its row."""

    def __init__(self, cells: Mapping[tuple[str, str, str], str]) -> None:
        self.cells = cells

    def __bool__(self) -> bool:
        return bool(self.cells)

    def of(self, place: Place) -> str | None:
        """Return the right answer's cell, or None where the table says nothing of the card."""
        row = "" if place.row is None else str(place.row)
        for source in (place.source, posixpath.basename(place.source), row):
            for part in (place.slice, ""):
                cell = self.cells.get((source, place.stage, part))
                if cell is not None:
                    return cell
        return None


def read_truth(text: str) -> Truth:
    """Read a table with the columns source, stage, value and, where slices differ, slice."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    missing = {"source", "stage", "value"} - set(reader.fieldnames or ())
    if missing:
        raise InvalidInput(f"the truth has no column `{min(missing)}`", min(missing))
    cells: dict[tuple[str, str, str], str] = {}
    for number, row in enumerate(reader, 2):
        key = (row["source"] or "", row["stage"] or "", row.get("slice") or "")
        if cells.setdefault(key, row["value"] or "") != (row["value"] or ""):
            raise InvalidInput(f"row {number} of the truth contradicts an earlier one")
    return Truth(cells)


def raw(cell: str, several: bool) -> Raw:
    """Turn a table's cell into what a form sends; `several` reads a JSON list of options."""
    if not several:
        return (cell,)
    try:
        found = json.loads(cell or "[]")
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise InvalidInput(f"{cell!r} is not a JSON list of options")
    return tuple(map(str, found))


def skill(accuracy: float, rng: Random) -> float:
    """Draw one volunteer's accuracy around the crowd's; a perfect crowd has perfect volunteers."""
    spread = min(0.06, (1 - accuracy) / 2)
    return min(1.0, max(WORST, rng.gauss(accuracy, spread)))


def answer(control: Control, right: Raw, accuracy: float, rng: Random) -> Raw:
    """Say what is right with this probability (each option of several for itself), else something near it."""
    if control.sort == "many":
        return tuple(
            option
            for option in control.options
            if (option in right) is (rng.random() < accuracy)
        )
    return right if rng.random() < accuracy else _wrong(control, right, rng)


def agreed(control: Control, rng: Random) -> Raw:
    """Make up an answer; whoever comes with the same `rng` for a card makes up the same."""
    if control.sort == "one":
        return (rng.choice(control.options),) if control.options else ()
    if control.sort == "many":
        return tuple(option for option in control.options if rng.random() < 0.3)
    if control.sort == "number":
        return (str(rng.randrange(100)),)
    letters = (rng.choice(string.ascii_lowercase) for _ in range(rng.randrange(3, 9)))
    return ("".join(letters),)


def _wrong(control: Control, right: Raw, rng: Random) -> Raw:
    if control.sort == "one":
        others = [option for option in control.options if (option,) != right]
        return (rng.choice(others),) if others else right
    if control.sort == "number":
        return (_missed(right[0], rng),)
    return (mistyped(right[0], rng),)


def _missed(number: str, rng: Random) -> str:
    """Miss a number by one unit of its last digit or by up to a third of it."""
    _, _, decimals = number.partition(".")
    unit = 10.0 ** -len(decimals)
    by = rng.choice([unit, max(unit, abs(float(number or 0)) * rng.random() / 3)])
    return f"{float(number or 0) + rng.choice([-by, by]):.{len(decimals)}f}"


def mistyped(text: str, rng: Random) -> str:
    """Make one typing error, or more in a long text: a letter left out, doubled, swapped or another one."""
    letters = list(text)
    for _ in range(1 + len(text) // 40):
        at = rng.randrange(len(letters)) if letters else 0
        error = rng.randrange(4)
        if error == 0 and len(letters) > 1:
            del letters[at]
        elif error == 1 and letters:
            letters.insert(at, letters[at])
        elif error == 2 and at + 1 < len(letters):
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        else:
            letters[at : at + 1] = rng.choice(string.ascii_lowercase)
    return "".join(letters)
