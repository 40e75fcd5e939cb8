"""How many kinds of task a class has: several numbers and starts are tried and weighed by the answers' evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, fsum

import numpy as np

from microtasks.consensus.categories import (
    colours,
    correlated,
    dawid_skene,
    layers,
    sample,
)
from microtasks.consensus.categories.colours import Colours
from microtasks.consensus.categories.correlated import Prior
from microtasks.consensus.categories.layers import Layers
from microtasks.consensus.categories.table import Table
from microtasks.consensus.exact import Floats

#: Priors of confusion rows under which one kind is tried: that of the model's authors, and with either number halved.
#: Under a prior too strong for its workers one kind looks poor, and kinds would be preferred for the wrong reason.
PRIORS = tuple(Prior(right, wrong) for right in (4.0, 2.0) for wrong in (1.0, 0.5))
#: Kinds per class that are tried, and from how many starts; three or more only where two are worth it.
TRIED_KINDS, STARTS = (2, 3, 4), 3
#: Answers of the sample on which they are tried, and rounds on all tasks that follow where it is only a part.
TRIED_ANSWERS, FOLLOWED = 12_000, 5
#: Rounds of a trial on a sample: it need not converge, since rounds on all tasks follow.
SAMPLED_ROUNDS = 60
#: Fits that the evidence puts this far behind the best are left out.
LEAST_WEIGHT = 0.001


@dataclass(frozen=True, slots=True)
class _Trial:
    """The crowd, or a sample of its tasks, on which numbers of kinds are compared."""

    crowd: Layers
    everybody: Layers
    shares: Floats
    shades: Colours

    def run(
        self, kinds: int, start: int = 0, prior: Prior = correlated.AUTHORS
    ) -> correlated.Fit:
        """Fit so many kinds from one of the starts."""
        whole = self.crowd is self.everybody
        rounds = correlated.ROUNDS if whole else SAMPLED_ROUNDS
        begin = self.shares
        if kinds > 1:
            uniform = self.crowd.inwards(self.shades.uniform(kinds, start).T)
            begin = correlated.spread(self.shares, uniform)
        return correlated.fit(self.crowd, begin, rounds, prior)

    def plain(self) -> correlated.Fit:
        """Fit one kind per class under each prior and return what the evidence prefers."""
        return max(
            (self.run(1, prior=prior) for prior in PRIORS), key=lambda fit: fit.evidence
        )

    def belief(self, found: correlated.Fit) -> Floats:
        """Return what a fit believes of all the crowd's tasks, (tasks, classes)."""
        if self.crowd is not self.everybody:
            found = correlated.follow(self.everybody, found, FOLLOWED)
        return self.everybody.outwards(found.belief(self.crowd.classes))


@dataclass(frozen=True, slots=True)
class Mixture:
    """What the evidence says of kinds: the weight of one kind per class, and what those with more believe.

    `kinds` is the weighted sum of their beliefs, (tasks, classes), whose rows sum to one less `plain`; it is
    None where they weigh nothing.
    """

    plain: float
    kinds: Floats | None


def posterior(table: Table, known: Mapping[int, int] | None = None) -> Floats:
    """Return class probabilities, (tasks, classes), averaged over numbers of kinds, one included, by evidence."""
    trial = _prepared(table, colours.colour(table), known)
    first = trial.plain()
    found = _mixed(trial, first.evidence)
    plain = trial.belief(first)
    return plain if found.kinds is None else found.plain * plain + found.kinds


def mixture(
    table: Table, shades: Colours, known: Mapping[int, int] | None = None
) -> Mixture:
    """Weigh fits with kinds against the best without, each in proportion to its evidence (its lower bound)."""
    if not dawid_skene.fits(table, max(TRIED_KINDS)):
        return Mixture(1.0, None)
    trial = _prepared(table, shades, known)
    return _mixed(trial, trial.plain().evidence)


def _mixed(trial: _Trial, plain: float) -> Mixture:
    fits: list[correlated.Fit] = []
    for kinds in TRIED_KINDS:
        found = [trial.run(kinds, start) for start in range(STARTS)]
        fits += found
        if max(fit.evidence for fit in found) < plain:
            break
    top = max(plain, *(fit.evidence for fit in fits))
    raised = [exp(fit.evidence - top) for fit in fits]
    whole = fsum([exp(plain - top), *raised])
    weighed = [
        weight / whole * trial.belief(fit)
        for weight, fit in zip(raised, fits, strict=True)
        if weight > LEAST_WEIGHT
    ]
    kept = fsum(weight for weight in raised if weight > LEAST_WEIGHT) / whole
    return Mixture(1.0 - kept, sum(weighed[1:], weighed[0]) if weighed else None)


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
