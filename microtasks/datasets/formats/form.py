"""What a format is: a name, what it is for, and how it is written from a finished data set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from microtasks.datasets.build import Built


@dataclass(frozen=True, slots=True)
class Format:
    """One format of export. `is_frozen`: it is a numbered data set, and not just the state of the moment."""

    name: str
    meaning: str
    write: Callable[[Built, Path], None]
    is_frozen: bool = False
