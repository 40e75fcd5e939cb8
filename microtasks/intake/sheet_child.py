"""Run alone in a confined process by spreadsheets.py: `sheet_child.py FILE OUT ROWS` writes a JSON list for each row."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path

import python_calamine

#: One shared text can stand in every cell: what is written is bounded, not only what is read.
MOST_WRITTEN = 2 << 30


def main(path: str, out: str, most: int) -> str:
    """Write the first sheet's rows and return nothing, or a sentence that refuses it."""
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except python_calamine.PasswordError:
        return "the spreadsheet is locked with a password: save it without"
    except (python_calamine.CalamineError, OSError, ValueError, IndexError):
        return "the spreadsheet is damaged: save its first sheet as CSV UTF-8"

    with Path(out).open("w", encoding="utf-8") as file:
        for row in rows[:most]:
            cells = [_text(cell) for cell in row]
            file.write(json.dumps(cells if any(cells) else []) + "\n")
            if file.tell() > MOST_WRITTEN:
                return "the spreadsheet holds more than 2 GB of text: split it"
    return ""


def _text(cell: object) -> str:
    """Return a cell as a person reads it: whole numbers without a point, dates as ISO 8601."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime.datetime() | datetime.date() | datetime.time():
            return cell.isoformat()
    return str(cell)


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
