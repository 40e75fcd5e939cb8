"""A small writer of TOML, for the shape that recipes have: what Python's own reader lacks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {
    "\\": "\\\\",
    '"': '\\"',
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
}


def document(table: Mapping[str, Any]) -> str:
    """Write a table: plain values first, then each list of tables with its own heading."""
    plain = {key: value for key, value in table.items() if not _is_tables(value)}
    parts = [_lines(plain)]
    for key, value in table.items():
        if _is_tables(value):
            parts += [f"[[{_key(key)}]]\n{_lines(each)}" for each in value]
    return "\n".join(part for part in parts if part)


def _is_tables(value: Any) -> bool:
    listed = isinstance(value, Sequence) and not isinstance(value, str)
    return listed and bool(value) and all(isinstance(v, Mapping) for v in value)


def _lines(table: Mapping[str, Any]) -> str:
    return "".join(
        f"{_key(key)} = {_value(value, lines=True)}\n" for key, value in table.items()
    )


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: Any, lines: bool = False) -> str:
    """Write a value on one line; a text of several lines becomes a block where `lines` allow it."""
    if isinstance(value, str):
        return _block(value) if lines and "\n" in value else _text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, Sequence):
        return f"[{', '.join(map(_value, value))}]"
    return repr(value)


def _text(text: str) -> str:
    return f'"{"".join(map(_escaped, text))}"'


def _block(text: str) -> str:
    body = "\n".join("".join(map(_escaped, line)) for line in text.split("\n"))
    return f'"""\n{body}"""'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if ord(character) < 32 or ord(character) == 127:
        return f"\\u{ord(character):04x}"
    return character
