"""The demonstration's campaigns: for each its recipe, its files, and what is right for every card."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from blueprints.commands.demonstration import gauges, villages
from microtasks import recipe
from microtasks.recipe import Recipe
from microtasks.simulation import Truth

_HERE = Path(__file__).parent
_FIRST_DAY = date(2026, 10, 3)
_STATIONS = (
    "Tamarind Bend",
    "Old Ferry Lane",
    "Kessel Bridge",
    "Port Salines",
    "Saint Orla's",
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of everything, and how many answers volunteers have given."""

    messages: int
    message_answers: int
    gauges: int
    villages: int
    village_answers: int


FULL = Size(messages=60, message_answers=150, gauges=8, villages=8, village_answers=45)
SMALL = Size(messages=4, message_answers=5, gauges=2, villages=1, village_answers=3)


@dataclass(frozen=True, slots=True)
class Stock:
    """A campaign's files and truth, once they are made."""

    files: Mapping[str, bytes]
    truth: Truth


@dataclass(frozen=True, slots=True)
class Show:
    """A campaign of the demonstration, and how far simulated volunteers have come with it."""

    recipe: Recipe
    make: Callable[[], Stock]
    #: How many answers volunteers have given; None: all that are needed, and the campaign is closed and frozen.
    answers: int | None
    accuracy: float
    report: str = ""


def shows(small: bool = False) -> list[Show]:
    """Return the campaigns in the order in which they are made; `small` ones are for tests."""
    size = SMALL if small else FULL
    return [
        Show(
            _recipe("messages"),
            partial(_messages, size.messages),
            size.message_answers,
            accuracy=0.93,
        ),
        Show(_recipe("gauges"), partial(_gauges, size.gauges), None, accuracy=0.82),
        Show(
            _recipe("villages"),
            partial(_villages, size.villages),
            size.village_answers,
            accuracy=0.84,
            report="Too coarse for me: is this roof patched, or only rusty?",
        ),
    ]


def _recipe(name: str) -> Recipe:
    return recipe.read((_HERE / f"{name}.toml").read_text(encoding="utf-8"))


def _messages(count: int) -> Stock:
    text = (_HERE / "messages.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))[:count]
    shown = ("id", "received", "language", "message")
    cells = {
        (row["id"], stage, ""): row[stage]
        for row in rows
        for stage in ("needs", "where")
    }
    table = _table(shown, ([row[name] for name in shown] for row in rows))
    return Stock({"messages.csv": table}, Truth(cells))


def _gauges(count: int) -> Stock:
    drawn = [gauges.gauge(number) for number in range(1, count + 1)]
    rows = (
        (
            one.name,
            _STATIONS[n % len(_STATIONS)],
            _FIRST_DAY + timedelta(days=n // len(_STATIONS)),
        )
        for n, one in enumerate(drawn)
    )
    files = {one.name: one.body for one in drawn}
    files["photographs.csv"] = _table(("file", "station", "taken_on"), rows)
    truth = Truth({(one.name, "level", ""): str(one.centimetres) for one in drawn})
    return Stock(files, truth)


def _villages(count: int) -> Stock:
    drawn = [villages.village(number) for number in range(1, count + 1)]
    cells = {
        (one.name, "damage", part): right
        for one in drawn
        for part, right in one.truth.items()
    }
    return Stock({one.name: one.body for one in drawn}, Truth(cells))


def _table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return written.getvalue().encode()
