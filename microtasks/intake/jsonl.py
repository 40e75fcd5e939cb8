"""JSON lines: one object a line. What two programs could read in two ways is refused, and numbers stay as written."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from microtasks.errors import InvalidInput
from microtasks.intake import text
from microtasks.intake.found import FoundRecord, Refusal
from microtasks.intake.limits import Limits
from microtasks.intake.rows import check_cells

_LONGEST_NUMBER = 1_000


class _Number(str):
    """A number as it was written: 1.10 stays 1.10, and no digit is lost to a float."""

    __slots__ = ()


def records(path: Path, file: str, limits: Limits) -> Iterator[FoundRecord | Refusal]:
    """Yield a record or a refusal for each line that is not blank."""
    taken = 0
    for number, line in enumerate(text.lines(path, limits.max_row), start=1):
        if not line.strip():
            continue
        taken += 1
        if taken > limits.max_rows:
            yield Refusal(
                file, f"only the first {limits.max_rows:,} lines are taken", number
            )
            return
        try:
            columns = _columns(line, limits)
            check_cells(columns, limits)
        except InvalidInput as refusal:
            yield Refusal(file, str(refusal), number, refusal.field)
        else:
            yield FoundRecord(file, number, columns)
    if not taken:
        raise InvalidInput("the file holds no lines")


def _columns(line: str, limits: Limits) -> dict[str, str]:
    if len(line) > limits.max_row:
        raise InvalidInput(
            f"the line is longer than {limits.max_row:,} characters: shorten it"
        )
    try:
        value = _DECODER.decode(line.strip())
        if not isinstance(value, dict):
            raise InvalidInput(
                'the line is no JSON object: write one {"column": "text"} on each line'
            )
        return {name: _text(each) for name, each in value.items()}
    except json.JSONDecodeError as error:
        raise InvalidInput(
            f"the line is not JSON: {error.msg} at character {error.pos + 1}"
        ) from error
    except RecursionError as error:
        raise InvalidInput("the line is nested too deeply: flatten it") from error


def _text(value: object) -> str:
    """Return a value as the text of a cell; what is nested becomes compact JSON."""
    if value is None:
        return ""
    return str(value) if isinstance(value, str) else _compact(value)


def _compact(value: object) -> str:
    if isinstance(value, dict):
        return (
            "{"
            + ",".join(f"{_compact(k)}:{_compact(v)}" for k, v in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ",".join(map(_compact, value)) + "]"
    return (
        str(value)
        if isinstance(value, _Number)
        else json.dumps(value, ensure_ascii=False)
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise InvalidInput("the line names a key twice: keep one of them")
    return found


def _number(written: str) -> _Number:
    if len(written) > _LONGEST_NUMBER or not math.isfinite(float(written)):
        raise InvalidInput(
            "the line holds a number that is too large: write it as text"
        )
    return _Number(written)


def _no_constant(written: str) -> object:
    raise InvalidInput(
        f"the line holds {written}, which is not JSON: write null or text"
    )


_DECODER = json.JSONDecoder(
    parse_int=_number,
    parse_float=_number,
    parse_constant=_no_constant,
    object_pairs_hook=_object,
)
