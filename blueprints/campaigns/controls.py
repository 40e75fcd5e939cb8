"""How each setting of a slicer or of a kind of question is typed: the registries name them, this says in what form.

A setting that is not listed here appears all the same, typed as a recipe writes it.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from microtasks import questions, slicing
from microtasks.recipe import toml


@dataclass(frozen=True, slots=True)
class Control:
    """One setting's label, how text becomes its value and back, and whether it is lines or one of a few words."""

    label: str
    read: Callable[[str], Any]
    write: Callable[[Any], str]
    rows: int = 0
    #: Instead of the registry's words, where those speak of how a recipe writes it.
    help: str = ""
    choices: Mapping[str, str] | None = None
    #: Most campaigns leave it as it is: shown among the further settings.
    is_rare: bool = False


def read_lines(text: str) -> list[str]:
    """Return the lines that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def read_names(line: str) -> list[str]:
    """Return names separated by commas; one that has a comma stands in quotation marks."""
    row = next(csv.reader([line], skipinitialspace=True), [])
    return [name.strip() for name in row if name.strip()]


def write_names(names: Any) -> str:
    """Write names so that `read_names` gives them back."""
    return ", ".join(_quoted(str(name)) for name in names)


def read_number(text: str) -> int | float:
    """Return a number as people type it."""
    plain = text.strip().replace(",", ".")
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        return float(plain)
    except ValueError:
        raise ValueError(f"“{text.strip()}” is not a number.") from None


def _quoted(name: str) -> str:
    if "," in name or '"' in name or name != name.strip():
        return '"' + name.replace('"', '""') + '"'
    return name


def _read_cards(text: str) -> list[str] | list[list[str]]:
    cards = [read_names(line) for line in read_lines(text)]
    return cards[0] if len(cards) == 1 else cards


def _write_cards(cards: Any) -> str:
    several = cards and not isinstance(cards[0], str)
    return "\n".join(write_names(card) for card in (cards if several else [cards]))


def _read_toml(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text.strip()


def _write_toml(value: Any) -> str:
    return toml.document({"value": value}).removeprefix("value = ").rstrip("\n")


def _number(label: str) -> Control:
    return Control(label, read_number, str)


def _flag(label: str) -> Control:
    words = {"": "As usual", "true": "Yes", "false": "No"}
    return Control(
        label, "true".__eq__, lambda yes: str(yes).lower(), choices=words, is_rare=True
    )


CONTROLS: Mapping[str, Control] = MappingProxyType(
    {
        "options": Control(
            "Answers to choose from, one per line", read_lines, "\n".join, rows=5
        ),
        "columns": Control(
            "Columns to show, separated by commas",
            _read_cards,
            _write_cards,
            rows=2,
            help="Left empty: all of them. Each line becomes a card of its own.",
        ),
        "tile": _number("Tile side in pixels"),
        "overlap": _number("Overlap in pixels"),
        "min": _number("Smallest number"),
        "max": _number("Largest number"),
        "unit": Control("Unit", str.strip, str),
        "integer": _flag("Whole numbers only"),
        "max_length": replace(_number("Longest answer in characters"), is_rare=True),
        "lines": replace(_number("Height of the box in lines"), is_rare=True),
        "ignore": Control(
            "What answers may differ in, separated by commas",
            read_names,
            write_names,
            help="Any of: case, space, punctuation, diacritics, numerals. "
            "It is only for comparing: the result is what people typed.",
            is_rare=True,
        ),
        "normalised": _flag("Export the compared form instead of what was typed"),
        "direction": Control(
            "Direction of the script",
            str.strip,
            str,
            choices={
                "": "As usual",
                "auto": "As the text says",
                "ltr": "Left to right",
                "rtl": "Right to left",
            },
            is_rare=True,
        ),
        "cant_tell": _flag("Volunteers may say “can't tell”"),
    }
)

#: What a coordinator reads instead of a registry's word.
NAMES: Mapping[str, str] = MappingProxyType(
    {
        "whole": "Whole: one card for each picture or record",
        "grid": "Tiles: a picture cut into squares",
        "fields": "Columns: chosen parts of a record",
        "lines": "Lines: the lines of text of a page",
        "choice": "One of several answers",
        "choices": "Any of several answers",
        "text": "A line of text",
        "number": "A number",
    }
)


def control(name: str) -> Control:
    """Return how a setting is typed."""
    plain = Control(name.replace("_", " ").capitalize(), _read_toml, _write_toml)
    return CONTROLS.get(name, plain)


def named(names: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return a registry's entries as choices."""
    return [(name, NAMES.get(name, name)) for name in names]


def slicer_settings(mode: str) -> Mapping[str, str]:
    """Return a slicer's settings with their meanings; none for an unknown mode."""
    known = slicing.slicers().get(mode)
    return known.settings if known else {}


def kind_settings(name: str) -> Mapping[str, str]:
    """Return a kind's settings with their meanings; none for an unknown kind."""
    known = questions.kinds().get(name)
    return known.settings if known else {}
