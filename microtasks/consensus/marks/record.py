"""What an estimate writes down of a crowd that marks, and what the live clock makes of it again (JSON both ways)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from microtasks.consensus.exact import Floats
from microtasks.consensus.marks import crowd as crowds
from microtasks.consensus.marks.crowd import Crowd
from microtasks.consensus.marks.fit import Fit
from microtasks.consensus.marks.scale import Scale, scale
from microtasks.consensus.marks.space import Space
from microtasks.consensus.marks.table import Table

#: No worker is believed beyond this, nor thought worse than its complement.
SUREST = 0.99

Record = dict[str, Any]


def of_workers(fit: Fit) -> dict[str, Record]:
    """Return what each worker's marks are weighed by."""
    crowd = fit.scene.crowd
    return {
        name: {
            "skill": float(crowd.skill[index]),
            "stray": float(crowd.stray[index]),
            "scatter": float(crowd.scatter[index]),
            "lean": crowd.lean[index].tolist(),
        }
        for index, name in enumerate(fit.scene.table.workers)
    }


def of_crowd(fit: Fit) -> Record:
    """Return what all cards share: the scale, how easy objects of each size are to see, how many a card holds."""
    crowd, measure = fit.scene.crowd, fit.scene.scale
    return {
        "width": measure.width,
        "scatter": measure.scatter,
        "edges": crowd.edges.tolist(),
        "levels": crowd.levels.tolist(),
        "ease": crowd.ease.tolist(),
        "stray_kinds": crowd.stray_kinds.tolist(),
        "real_kinds": crowd.real_kinds.tolist(),
        "objects": float(np.sort(crowd.objects).mean()),
    }


def revive(
    table: Table,
    space: Space,
    reliabilities: Mapping[str, float],
    records: Mapping[str, Record],
    shared: Record | None,
) -> tuple[Scale, Crowd]:
    """Return the scale and the crowd of one card; who has no record is known by a reliability alone.

    A reliability `a` is the share of right ones among all that a worker marked or should have; a worker who misses as
    much as he invents then finds 2a / (1 + a) of all objects, and as large a share of his marks is real.
    """
    if shared is None:
        measure = scale(table, space)
        known = crowds.beforehand(table, np.zeros(0))
    else:
        measure = Scale(shared["width"], shared["scatter"])
        known = _shared(table, shared)
    right = np.array([reliabilities[name] for name in table.workers])
    found = np.clip(2 * right / (1 + right), 1 - SUREST, SUREST)
    written = [records.get(name) or {} for name in table.workers]
    usual = known.lean[0].tolist()
    return measure, Crowd(
        skill=_column(written, "skill", np.log(found / (1 - found))),
        stray=_column(written, "stray", 1 - found),
        scatter=_column(written, "scatter", known.scatter),
        lean=np.array([each.get("lean", usual) for each in written]),
        ease=known.ease,
        stray_kinds=known.stray_kinds,
        real_kinds=known.real_kinds,
        objects=known.objects,
        edges=known.edges,
        levels=known.levels,
    )


def _shared(table: Table, shared: Record) -> Crowd:
    people = len(table.workers)
    return Crowd(
        skill=np.zeros(people),
        stray=np.zeros(people),
        scatter=np.ones(people),
        lean=np.zeros((people, table.marks.shape[1])),
        ease=np.array(shared["ease"]),
        stray_kinds=np.array(shared["stray_kinds"]),
        real_kinds=np.array(shared["real_kinds"]),
        objects=np.full(len(table.tasks), shared["objects"]),
        edges=np.array(shared["edges"], dtype=np.float64),
        levels=np.array(shared["levels"]),
    )


def _column(written: list[Record], name: str, otherwise: Floats) -> Floats:
    pairs = zip(written, otherwise.tolist(), strict=True)
    return np.array([each.get(name, usual) for each, usual in pairs])
