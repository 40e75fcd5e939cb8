"""`consensus`: what was decided, a row per slice and stage."""

from __future__ import annotations

import shutil
from pathlib import Path

from microtasks.datasets import layout
from microtasks.datasets.build import Built
from microtasks.datasets.formats.form import Format


def write(built: Built, out: Path) -> None:
    """Copy the long table."""
    shutil.copyfile(built.folder / layout.CONSENSUS.file, out)


FORMAT = Format("consensus", "the long table: a row per slice and stage", write)
