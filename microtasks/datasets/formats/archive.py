"""`zip`: the whole data set."""

from __future__ import annotations

from pathlib import Path

from microtasks.datasets import packing
from microtasks.datasets.build import Built
from microtasks.datasets.formats.form import Format


def write(built: Built, out: Path) -> None:
    """Pack all files of the data set."""
    packing.pack(built.folder, out)


FORMAT = Format("zip", "the whole data set, frozen and numbered", write, is_frozen=True)
