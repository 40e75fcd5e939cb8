"""Checks of single values in a recipe: each says with its dotted key what is wrong, in a sentence."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from microtasks.errors import RecipeError
from microtasks.recipe.keys import KEYS, REQUIRED, Key

_NAMES = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    dict: "a table",
    list: "a list",
    datetime: "a moment in time",
    date: "a date",
}


def refuse(where: str, sentence: str) -> RecipeError:
    """Return the refusal of what stands at the dotted key `where`."""
    return RecipeError(f"{where}: {sentence}", where)


def table(given: Any, family: str, where: str, *, more: bool = False) -> dict[str, Any]:
    """Return a table with each known key checked or defaulted; unknown ones are refused unless `more` may come."""
    if not isinstance(given, Mapping):
        raise refuse(where, f"must be a table, not {_named(given)}")
    known = {
        name.removeprefix(family): key
        for name, key in KEYS.items()
        if name.startswith(family) and "." not in name.removeprefix(family)
    }
    dot = where and f"{where}."
    if not more:
        _refuse_unknown(given, known, dot)
    return {name: value(given.get(name), key, f"{dot}{name}") for name, key in known.items()}  # fmt: skip


def _refuse_unknown(
    given: Mapping[str, Any], known: Mapping[str, Key], dot: str
) -> None:
    for name in given:
        if name not in known:
            raise refuse(
                f"{dot}{name}", f"there is no such key; known are {', '.join(known)}"
            )


def value(given: Any, key: Key, where: str) -> Any:
    """Return a value that fits its key, or the key's default for None."""
    if given is None:
        if key.default is REQUIRED:
            raise refuse(where, "is missing")
        return key.default
    checked = _CHECKS[key.sort](given, key, where)
    if key.default is REQUIRED and checked == "":
        raise refuse(where, "is empty")
    return checked


def text(given: Any, key: Key, where: str) -> str:
    """Return a text without odd characters, not longer than its key allows."""
    if not isinstance(given, str):
        raise refuse(where, f"must be a text, not {_named(given)}")
    clean = given.replace("\r\n", "\n").strip()
    if not key.lines and "\n" in clean:
        raise refuse(where, "must be on one line")
    if key.longest and len(clean) > key.longest:
        raise refuse(
            where,
            f"has {len(clean):,} characters; at most {key.longest:,} are taken",
        )
    plain(clean, where)
    return clean


def plain(given: Any, where: str) -> None:
    """Refuse characters that no database and no page can keep, however deep they stand."""
    if isinstance(given, str):
        odd = next((c for c in given if _is_odd(c)), None)
        if odd is not None:
            raise refuse(where, f"holds a character that cannot be kept: {odd!a}")
    elif isinstance(given, Mapping):
        for name, part in given.items():
            plain(name, where)
            plain(part, f"{where}.{name}")
    elif isinstance(given, Sequence):
        for part in given:
            plain(part, where)
    elif isinstance(given, float) and not math.isfinite(given):
        raise refuse(where, "must be a finite number")


def _is_odd(character: str) -> bool:
    code = ord(character)
    return (code < 32 and character not in "\t\n") or 0xD800 <= code <= 0xDFFF


def _number(given: Any, key: Key, where: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise refuse(where, f"must be a number, not {_named(given)}")
    lowest, highest = key.lowest or 0, key.highest or math.inf
    if not lowest < given <= highest:
        raise refuse(
            where, f"must be above {lowest:g} and at most {highest:g}, not {given:g}"
        )
    return float(given)


def _whole(given: Any, key: Key, where: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int):
        raise refuse(where, f"must be a whole number, not {_named(given)}")
    lowest, highest = key.lowest or 0, key.highest or math.inf
    if not lowest <= given <= highest:
        raise refuse(where, f"must be {lowest:g} to {highest:g}, not {given}")
    return given


def _date(given: Any, key: Key, where: str) -> date:
    if isinstance(given, datetime) or not isinstance(given, date):
        raise refuse(where, f"must be a date like 2027-01-31, not {_named(given)}")
    return given


def _texts(given: Any, key: Key, where: str) -> tuple[str, ...]:
    texts = tuple(text(each, Key("", "", "", 500), where) for each in _listed(given, key, where))  # fmt: skip
    if "" in texts:
        raise refuse(where, "holds an empty text")
    if len(set(texts)) < len(texts):
        raise refuse(where, "names something twice")
    return texts


def _values(given: Any, key: Key, where: str) -> tuple[str, ...]:
    values = _listed(given, key, where)
    if not values:
        raise refuse(where, "must name at least one value")
    if not all(isinstance(each, str | int | float) for each in values):
        raise refuse(where, "must be a list of texts or numbers")
    plain(values, where)
    return tuple(unicodedata.normalize("NFC", str(each)).strip() for each in values)


def _listed(given: Any, key: Key, where: str) -> Sequence[Any]:
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise refuse(where, f"must be a list, not {_named(given)}")
    if len(given) > key.longest:
        raise refuse(where, f"has {len(given)} entries; at most {key.longest} are taken")  # fmt: skip
    return given


def _as_it_is(given: Any, key: Key, where: str) -> Any:
    return given


def _named(given: Any) -> str:
    sort = next((s for s in type(given).__mro__ if s in _NAMES), None)
    return _NAMES[sort] if sort else type(given).__name__


_CHECKS = {
    "text": text,
    "number": _number,
    "whole number": _whole,
    "date": _date,
    "list of texts": _texts,
    "list of values": _values,
    "list of tables": _listed,
    "table": _as_it_is,
}
