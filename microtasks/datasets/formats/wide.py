"""`csv`: the manifest as it came, with what each stage decided beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

from microtasks.datasets.build import Built
from microtasks.datasets.formats.form import Format


def write(built: Built, out: Path) -> None:
    """Copy the wide table."""
    shutil.copyfile(built.folder / "table.csv", out)


FORMAT = Format("csv", "the wide table: a row per source", write)
