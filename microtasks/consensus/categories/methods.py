"""The methods for categories by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from microtasks.consensus.categories import (
    blend,
    dawid_skene,
    kinds,
    majority,
    one_coin,
    weighted_majority,
)
from microtasks.consensus.categories.table import Table
from microtasks.consensus.exact import Floats, on_grid
from microtasks.errors import InvalidInput

METHODS: Mapping[str, Callable[[Table, Mapping[int, int] | None], Floats]] = {
    "auto": blend.posterior,
    "majority": majority.posterior,
    "one-coin": one_coin.posterior,
    "dawid-skene": dawid_skene.posterior,
    "weighted-majority": weighted_majority.posterior,
    "correlated": kinds.posterior,
    # Dawid and Skene's own estimate, all but without a prior: for repeating what others published.
    "maximum-likelihood": partial(dawid_skene.posterior, worth=1e-3),
}
#: What a decision says of itself when the method was left to us.
NAMES = {"auto": "blend"}
#: What is returned sits on this grid: ties are exact, and ten thousand classes still sum to one.
BELIEF_BITS = 36
#: Methods whose tables grow with classes squared, and the kinds per class that they may try.
_MATRICES = {
    "dawid-skene": 1,
    "maximum-likelihood": 1,
    "correlated": max(kinds.TRIED_KINDS),
}


def posterior(
    table: Table, method: str, known: Mapping[int, int] | None = None
) -> Floats:
    """Return each task's class probabilities by the named method, (tasks, classes).

    `known` gives the class of tasks (by index) whose truth is known, from gold or a reviewer: these classes are
    certain, and tell what their workers' other answers are worth. Confidences are not moved by them: where the known
    tasks are a fair sample, `temperature.calibrated` does that, given a belief that was not told them.
    """
    check_method(method, METHODS)
    if not dawid_skene.fits(table, _MATRICES.get(method, 0)):
        raise InvalidInput(
            f"{table.classes} classes and {len(table.workers)} workers are too many for {method}",
            "method",
        )
    return on_grid(METHODS[method](table, known), BELIEF_BITS)


def check_method(method: str, known: Mapping[str, object] | tuple[str, ...]) -> None:
    """Refuse a method that this kind of answer does not have."""
    if method not in known:
        names = ", ".join(known)
        raise InvalidInput(
            f"there is no method {method!r} here; there are: {names}", "method"
        )
