"""Computes a data set's consensus.csv again from its zip: what `flask consensus --dataset` does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from microtasks.datasets import outputs, read
from microtasks.datasets.decide import decide


def redo(zipped: Path, out: Path) -> dict[str, Any]:
    """Write consensus.csv again and return what is told of it; the same inputs give the same bytes."""
    with read.zipped(zipped) as shelf:
        bundle = read.bundle(shelf)
    results = decide(bundle)
    with out.open("w", encoding="utf-8", newline="") as file:
        outputs.write_consensus(file, bundle, results)
    return {
        "sources": len(bundle.sources),
        "slices": len(results.rows),
        "answers": sum(len(pile) for pile in results.counted.values()),
        "volunteers": len({row.volunteer for row in results.volunteers}),
        "alpha": {
            stage: None if alpha is None else round(alpha, 6)
            for stage, alpha in results.alpha.items()
        },
    }
