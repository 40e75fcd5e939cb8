"""How many kinds of task a class has: tried from several starts, and kept where the answers' evidence asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from microtasks.consensus.categories import (
    colours,
    correlated,
    dawid_skene,
    layers,
    sample,
)
from microtasks.consensus.categories.colours import Colours
from microtasks.consensus.categories.layers import Layers
from microtasks.consensus.categories.table import Table
from microtasks.consensus.exact import Floats

#: Kinds per class that are tried, and from how many starts; three or more only where two are worth it.
TRIED_KINDS, STARTS = (2, 3, 4), 3
#: Answers of the sample on which they are tried, and rounds on all tasks that follow where it is only a part.
TRIED_ANSWERS, FOLLOWED = 12_000, 5


@dataclass(frozen=True, slots=True)
class _Trial:
    """The crowd, or a sample of its tasks, on which numbers of kinds are compared."""

    crowd: Layers
    everybody: Layers
    shares: Floats
    shades: Colours

    def run(self, kinds: int, start: int) -> correlated.Fit:
        """Fit so many kinds from one of the starts."""
        if kinds == 1:
            return correlated.fit(self.crowd, self.shares)
        uniform = self.crowd.inwards(self.shades.uniform(kinds, start).T)
        return correlated.fit(self.crowd, correlated.spread(self.shares, uniform))

    def belief(self, found: correlated.Fit) -> Floats:
        """Return what a fit believes of all the crowd's tasks, (tasks, classes)."""
        if self.crowd is not self.everybody:
            found = correlated.follow(self.everybody, found, FOLLOWED)
        return self.everybody.outwards(found.belief(self.crowd.classes))


def posterior(table: Table, known: Mapping[int, int] | None = None) -> Floats:
    """Return class probabilities, (tasks, classes), averaged over the numbers of kinds that beat one kind.

    One kind alone is returned where none does.
    """
    shades = colours.colour(table)
    found = list(beating_plain(table, shades, known))
    if not found:
        trial = _prepared(table, shades, known)
        found = [trial.belief(trial.run(1, 0))]
    mean: Floats = sum(found[1:], found[0]) / len(found)
    return mean


def beating_plain(
    table: Table, shades: Colours, known: Mapping[int, int] | None
) -> Iterator[Floats]:
    """Yield the beliefs, (tasks, classes), of every fit with kinds whose evidence exceeds that of one kind.

    After Madigan and Raftery, "Model selection and accounting for model uncertainty in graphical models using
    Occam's window" (1994): what is more complex and explains less is left out, what remains is averaged.
    """
    if not dawid_skene.fits(table, max(TRIED_KINDS)):
        return
    trial = _prepared(table, shades, known)
    plain = trial.run(1, 0).evidence
    for kinds in TRIED_KINDS:
        better = [
            found
            for found in (trial.run(kinds, start) for start in range(STARTS))
            if found.evidence > plain
        ]
        yield from map(trial.belief, better)
        if not better:
            return


def _prepared(table: Table, shades: Colours, known: Mapping[int, int] | None) -> _Trial:
    everybody = layers.arrange(table, known)
    chosen = sample.tasks(table, shades, TRIED_ANSWERS)
    if len(chosen) == len(table.tasks):
        return _Trial(everybody, everybody, dawid_skene.start(table, everybody), shades)
    index = {task: place for place, task in enumerate(chosen.tolist())}
    told = {
        index[task]: truth for task, truth in (known or {}).items() if task in index
    }
    tried = sample.part(table, chosen)
    crowd = layers.arrange(tried, told)
    shares = dawid_skene.start(tried, crowd)
    return _Trial(
        crowd, everybody, shares, Colours(np.take(shades.task, chosen), shades.answer)
    )
