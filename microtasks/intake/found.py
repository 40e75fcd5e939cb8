"""What intake finds in an upload: sources to take and refusals to show, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FoundImage:
    """A picture that passed every check. `path` is a temporary file that intake removes when the next item is asked for."""

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
