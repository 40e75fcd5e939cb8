"""Pages of a PDF, rendered by a child process with bounded memory and time: PDFium is large and PDFs are programs."""

from __future__ import annotations

import json
from pathlib import Path

from microtasks import confined
from microtasks.errors import InvalidInput

SECONDS = 120
MEMORY = 2 << 30

_CHILD = Path(__file__).with_name("pdf_child.py")


def first_page(path: Path) -> tuple[int, int, int]:
    """Return width, height of the first page as it will be rendered, and the number of pages."""
    said = _ask("look", path)
    return said["width"], said["height"], said["pages"]


def render(path: Path, page: int, out: Path) -> tuple[int, int]:
    """Render one page (counted from 0) to a PNG and return its width and height."""
    said = _ask("render", path, page, out)
    return said["width"], said["height"]


def _ask(*arguments: object) -> dict[str, int]:
    try:
        said = json.loads(
            confined.run(_CHILD, *arguments, seconds=SECONDS, memory=MEMORY)
        )
    except (confined.Failed, json.JSONDecodeError) as error:
        raise InvalidInput(
            "the PDF cannot be rendered: print it to a new PDF, or save its pages as pictures"
        ) from error
    if "refused" in said:
        raise InvalidInput(str(said["refused"]))
    return dict(said)
