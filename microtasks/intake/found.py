"""What intake finds in an upload: sources to take and refusals to show, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FoundImage:
    """A picture that passed every check; width and height are those of the upright picture.

    `path` is the upload itself, or a temporary file that intake removes when the next item is asked for: copy what
    is to stay, and remove nothing. `page` counts from 1 in a document of pages and is None for a picture by itself.
    `columns` are those of the manifest's row, in its order.
    """

    file: str
    path: Path
    mime: str
    width: int
    height: int
    page: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A row of a table: column -> text, in the file's order."""

    file: str
    row: int
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something in an upload that was not taken: a sentence that says why, and where it stands."""

    file: str
    reason: str
    row: int | None = None
    column: str | None = None


#: What reading an upload yields, in the order it stands there.
Found = FoundImage | FoundRecord | Refusal
