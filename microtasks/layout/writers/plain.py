"""Writes plain text: a line for each line, an empty one between regions, a form feed between pages."""

from __future__ import annotations

from collections.abc import Sequence

from microtasks.layout.page import Line, Page
from microtasks.layout.writers.doubt import spans


def write(pages: Sequence[Page], doubt: float = 0.0) -> bytes:
    """Return the text in UTF-8; `[?]` follows each word whose confidence is below `doubt`."""
    said = (
        "\n".join(
            "".join(f"{_line(line, doubt)}\n" for line in region.lines)
            for region in page.regions
            if region.lines
        )
        for page in pages
    )
    return "\f".join(said).encode()


def _line(line: Line, doubt: float) -> str:
    return "".join(
        f"{text}[?]" if sure is not None and text else text
        for text, sure in spans(line, doubt)
    )
