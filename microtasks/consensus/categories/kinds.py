"""Whether a class has kinds of task: several numbers and starts are tried and weighed by the answers' evidence.

A difference of evidence is a sum over answers, which a few answers more or less move by about the root of their number
times what one answer moves it. Taken at its word it would turn a crowd's decisions over with every such chance; so it
is counted in units of that size, and no fit takes all for being ahead by less.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, fsum, log, sqrt

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
#: Kinds per class that are tried, and from how many starts; more only where the fewest are worth anything.
TRIED_KINDS, STARTS = (2, 3), 3
#: A kind has part of its class's tasks and so of its prior: of the authors' as much as with two kinds.
DIVIDED = Prior(correlated.AUTHORS.right / 2, correlated.AUTHORS.wrong / 2)
#: Answers of the sample on which they are tried, and rounds on all tasks that follow where it is only a part.
TRIED_ANSWERS, FOLLOWED = 12_000, 5
#: Rounds of a trial on a sample: it need not converge, since rounds on all tasks follow.
SAMPLED_ROUNDS = 60
#: By how much one answer moves a difference of evidence (nats). Picked with the ten crowds' truth in view; half and
#: twice of it leave their mean accuracy within 0.2 points.
MOVED = 0.25
#: Fits that weigh less than this beside the best are left out.
LEAST_WEIGHT = 0.001


@dataclass(frozen=True, slots=True)
class _Trial:
    """The crowd, or a sample of its tasks, on which numbers of kinds are compared."""

    crowd: Layers
    everybody: Layers
    shares: Floats
    shades: Colours
    answers: int

    @property
    def rounds(self) -> int:
        """The most rounds of a trial."""
        return correlated.ROUNDS if self.crowd is self.everybody else SAMPLED_ROUNDS

    def plain(self) -> correlated.Fit:
        """Fit one kind per class under each prior and return what the evidence prefers."""
        fits = (
            correlated.fit(self.crowd, self.shares, self.rounds, prior)
            for prior in PRIORS
        )
        return max(fits, key=lambda fit: fit.evidence)

    def divided(self, kinds: int, start: int) -> correlated.Fit:
        """Fit so many kinds per class from one of the starts."""
        uniform = self.crowd.inwards(self.shades.uniform(kinds, start).T)
        begin = correlated.spread(self.shares, uniform)
        return correlated.fit(self.crowd, begin, self.rounds, DIVIDED)

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
    """Return class probabilities, (tasks, classes), averaged over one kind and several by damped evidence."""
    trial = _prepared(table, colours.colour(table), known)
    first = trial.plain()
    found = _mixed(trial, first.evidence)
    plain = trial.belief(first)
    return plain if found.kinds is None else found.plain * plain + found.kinds


def mixture(
    table: Table, shades: Colours, known: Mapping[int, int] | None = None
) -> Mixture:
    """Weigh fits with kinds against the best without by the evidence for each (its lower bound), damped."""
    if not dawid_skene.fits(table, max(TRIED_KINDS)):
        return Mixture(1.0, None)
    trial = _prepared(table, shades, known)
    return _mixed(trial, trial.plain().evidence)


def _mixed(trial: _Trial, plain: float) -> Mixture:
    unit = MOVED * sqrt(trial.answers)
    gains: list[tuple[float, correlated.Fit]] = []
    for kinds in TRIED_KINDS:
        fits = [trial.divided(kinds, start) for start in range(STARTS)]
        gains += [((fit.evidence - plain) / unit, fit) for fit in fits]
        if max(gain for gain, _ in gains) < log(LEAST_WEIGHT):
            break
    top = max(0.0, *(gain for gain, _ in gains))
    raised = [(exp(gain - top), fit) for gain, fit in gains]
    kept = [(weight, fit) for weight, fit in raised if weight > LEAST_WEIGHT]
    if not kept:
        return Mixture(1.0, None)
    whole = exp(-top) + fsum(weight for weight, _ in kept)
    parts = [weight / whole * trial.belief(fit) for weight, fit in kept]
    return Mixture(exp(-top) / whole, sum(parts[1:], parts[0]))


def _prepared(table: Table, shades: Colours, known: Mapping[int, int] | None) -> _Trial:
    everybody = layers.arrange(table, known)
    chosen = sample.tasks(table, shades, TRIED_ANSWERS)
    if len(chosen) == len(table.tasks):
        shares = dawid_skene.start(table, everybody)
        return _Trial(everybody, everybody, shares, shades, len(table.task))
    index = {task: place for place, task in enumerate(chosen.tolist())}
    told = {
        index[task]: truth for task, truth in (known or {}).items() if task in index
    }
    tried = sample.part(table, chosen)
    crowd = layers.arrange(tried, told)
    shares = dawid_skene.start(tried, crowd)
    part = Colours(np.take(shades.task, chosen), shades.answer)
    return _Trial(crowd, everybody, shares, part, len(tried.task))
