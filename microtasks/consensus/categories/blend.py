"""The default: an average over models that fail differently, softened by how well they foretell held-out answers.

A quarter of the weight is vote shares, a quarter the one-coin model, half confusion matrices. One-coin fails where
workers lean towards a class, matrices where they err together or where labels drift; neither does at once what the
other does, and shares keep the sum from certainty. Within the matrices' half, models with kinds of task share the
weight with the plain one by the evidence for each (Bayesian model averaging; Hoeting, Madigan, Raftery and Volinsky,
1999), damped so that a few answers more do not turn decisions over.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log

import numpy as np

from microtasks.consensus.categories import (
    colours,
    dawid_skene,
    kinds,
    layers,
    majority,
    one_coin,
    sample,
    temperature,
)
from microtasks.consensus.categories.colours import Colours
from microtasks.consensus.categories.table import Table
from microtasks.consensus.exact import Floats, on_grid

#: What vote shares, one-coin and confusion matrices weigh; a model that does not fit leaves its weight to the others.
SHARES, COIN, MATRICES = 0.25, 0.25, 0.5
COIN_ROUNDS = 10
#: Answers times classes of the sample on which the temperature is chosen.
HELD_OUT = 80_000
#: The temperature is this times the logarithm of (the held-out temperature times the mean answers per task), at least
#: one and at most two. Held-out answers cannot see errors that everybody shares, and these weigh more the more answers there
#: are. Form and factor were chosen with the ten crowds' truth in view; docs/decisions/008 says what they do without.
SOFTNESS = 0.55
COOLEST, WARMEST = 1.0, 2.0


def posterior(table: Table, known: Mapping[int, int] | None = None) -> Floats:
    """Return each task's class probabilities, (tasks, classes); `known` gives tasks whose class is no question."""
    shades = colours.colour(table)
    parts = [(SHARES, majority.posterior(table, known))]
    parts.append((COIN, one_coin.posterior(table, known, COIN_ROUNDS)))
    softness = 1.0
    if dawid_skene.fits(table):
        crowd = layers.arrange(table, known)
        plain = crowd.outwards(
            dawid_skene.fit(table, crowd, dawid_skene.FEW_ROUNDS).belief
        )
        mixed = kinds.mixture(table, shades, known)
        others = 0.0 if mixed.kinds is None else mixed.kinds
        parts.append((MATRICES, mixed.plain * plain + others))
        softness = _softness(table, shades, plain)
    whole = sum(weight for weight, _ in parts)
    mean = sum(weight / whole * part for weight, part in parts)
    return majority.settled(temperature.softened(np.asarray(mean), softness), known)


def _softness(table: Table, shades: Colours, belief: Floats) -> float:
    chosen = sample.tasks(table, shades, HELD_OUT // table.classes)
    held = np.zeros(len(table.tasks), dtype=bool)
    held[chosen] = True
    found = temperature.held_out(table, belief, np.flatnonzero(held[table.task]))
    each = float(on_grid(table.weight).sum()) / len(table.tasks)
    return min(max(SOFTNESS * log(found * each), COOLEST), WARMEST)
