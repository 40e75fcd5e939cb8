"""`jsonl`: what was decided, one JSON object per slice and stage, values in their own type instead of as text."""

from __future__ import annotations

import json
from pathlib import Path

from microtasks.datasets import layout, outputs
from microtasks.datasets.build import Built
from microtasks.datasets.formats.form import Format


def write(built: Built, out: Path) -> None:
    """Write the rows of consensus.csv under the same names; a text that looks like a formula is left as it is."""
    names = outputs.header(layout.CONSENSUS, built.bundle.columns)
    written = outputs.consensus(built.bundle, built.results)
    with out.open("w", encoding="utf-8", newline="\n") as file:
        for row, resolved in zip(written, built.results.rows, strict=True):
            told = dict(zip(names, row, strict=True)) | {"value": resolved.value}
            file.write(json.dumps(told, ensure_ascii=False) + "\n")


FORMAT = Format("jsonl", "the long table as JSON lines", write)
