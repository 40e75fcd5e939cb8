"""XLSX and ODS, read by a confined child process: a few kilobytes of either can name cells for all memory there is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from microtasks import confined
from microtasks.errors import InvalidInput
from microtasks.intake.limits import Limits
from microtasks.intake.members import new_path

SECONDS = 300
MEMORY = 2 << 30

_CHILD = Path(__file__).with_name("sheet_child.py")


def rows(
    path: Path, limits: Limits, room: Path
) -> Iterator[tuple[int, list[str] | str]]:
    """Yield every row of the first sheet, numbered as the spreadsheet numbers them; a blank one has no cells."""
    out = new_path(room)
    try:
        said = confined.run(
            _CHILD, path, out, limits.max_rows + 1, seconds=SECONDS, memory=MEMORY
        )
        if said:
            raise InvalidInput(said.decode())
        with out.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                yield number, json.loads(line)
    except confined.Failed as error:
        raise InvalidInput(
            "the spreadsheet is too large or damaged: save its first sheet as CSV UTF-8"
        ) from error
    finally:
        out.unlink(missing_ok=True)
