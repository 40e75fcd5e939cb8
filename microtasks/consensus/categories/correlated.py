"""Workers who err together: each class has kinds of task, and each worker a row of confusion for every kind.

The enhanced Bayesian classifier combination of Li, Rubinstein and Cohn, "Exploiting worker correlation for label
aggregation in crowdsourcing" (2019): given a task's class alone the workers' errors are correlated, given its kind
they are not. With one kind per class it is Bayesian classifier combination (Kim and Ghahramani, 2012). Fitted by
mean-field variational inference; the lower bound of the evidence says whether the answers ask for kinds at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microtasks.consensus.categories import confusion
from microtasks.consensus.categories.layers import Layers
from microtasks.consensus.exact import SHARE_BITS, Floats, on_grid
from microtasks.consensus.gamma import digamma, log_gamma

#: The authors' priors of how large kinds are (0.1 over them all, so that few are used) and classes.
KINDS, CLASSES = 0.1, 1.0
TOLERANCE = 1e-3
ROUNDS = 150


@dataclass(frozen=True, slots=True)
class Prior:
    """A confusion row's prior: so many answers for the right class and for each other; the authors' is four to one."""

    right: float = 4.0
    wrong: float = 1.0

    def rows(self, classes: int, subtypes: int) -> Floats:
        """Return the Dirichlet counts of every kind's row, (classes times kinds, classes)."""
        square = np.full((classes, classes), self.wrong)
        np.fill_diagonal(square, self.right)
        return np.repeat(square, subtypes, axis=0)


@dataclass(frozen=True, slots=True)
class Fit:
    """What inference ended with: the kinds' probabilities (classes times kinds, places) and the evidence's bound."""

    kinds: Floats
    evidence: float
    rows: Floats
    sizes: Floats
    prior: Prior

    def belief(self, classes: int) -> Floats:
        """Return the classes' probabilities, (classes, places)."""
        summed: Floats = self.kinds.reshape(classes, -1, self.kinds.shape[1]).sum(1)
        return summed


AUTHORS = Prior()


def spread(shares: Floats, uniform: Floats) -> Floats:
    """Divide shares (classes, places) at random over kinds, evenly distributed over the simplex.

    `uniform` is (classes times kinds, places) in (0, 1).
    """
    parts = -np.log(uniform).reshape(len(shares), -1, shares.shape[1])
    parts /= on_grid(parts).sum(axis=1, keepdims=True)
    divided: Floats = (parts * shares[:, None, :]).reshape(-1, shares.shape[1])
    return divided


def fit(
    crowd: Layers, start: Floats, rounds: int = ROUNDS, rows_prior: Prior = AUTHORS
) -> Fit:
    """Infer by mean field from a start (classes times kinds, places) until no class moves by the tolerance."""
    classes, columns = crowd.classes, len(start)
    subtypes = columns // classes
    prior = rows_prior.rows(classes, subtypes)
    kinds = start
    before = kinds.reshape(classes, subtypes, -1).sum(axis=1)
    for _ in range(rounds):
        summed = on_grid(kinds, confusion.BELIEF_BITS)
        rows = crowd.by_worker(summed) + prior
        sizes = summed.sum(axis=1).reshape(classes, subtypes)
        scores = crowd.by_task(_expected_log(rows))
        scores += _log_sizes(sizes).reshape(-1)[:, None]
        crowd.settle(scores)
        kinds, level = _normalised(scores)
        now = kinds.reshape(classes, subtypes, -1).sum(axis=1)
        if np.abs(now - before).max() < TOLERANCE:
            break
        before = now
    bound = level - _divergence(rows, prior) - _divergence_of_sizes(sizes)
    return Fit(kinds, bound, rows, sizes, rows_prior)


def follow(crowd: Layers, found: Fit, rounds: int) -> Fit:
    """Take what was learnt on a sample of tasks to all of a crowd's tasks, in a few rounds."""
    scores = crowd.by_task(_expected_log(found.rows))
    scores += _log_sizes(found.sizes).reshape(-1)[:, None]
    crowd.settle(scores)
    return fit(crowd, _normalised(scores)[0], rounds, found.prior)


def _expected_log(rows: Floats) -> Floats:
    expected: Floats = digamma(rows) - digamma(rows.sum(axis=2))[:, :, None]
    return expected


def _log_sizes(sizes: Floats) -> Floats:
    """Return the expected log share of each kind: of its class among classes, and of the kind in its class."""
    kinds = sizes + KINDS / sizes.shape[1]
    whole = sizes.sum(axis=1) + KINDS
    of_class = sizes.sum(axis=1) + CLASSES
    within = digamma(kinds) - digamma(whole)[:, None]
    among = digamma(of_class) - digamma(of_class.sum(keepdims=True))
    expected: Floats = within + among[:, None]
    return expected


def _normalised(scores: Floats) -> tuple[Floats, float]:
    """Return the softmax over columns, and the sum over places of the logarithm of its denominator."""
    top = scores.max(axis=0)
    shares = on_grid(np.exp(scores - top), SHARE_BITS)
    whole = shares.sum(axis=0)
    shares /= whole
    return shares, _total(top + np.log(whole))


def _divergence(post: Floats, prior: Floats) -> float:
    """Return the summed Kullback-Leibler divergences of Dirichlet rows (their last axis) from their priors."""
    gained = (post - prior) * _expected_log(post)
    each = log_gamma(post.sum(axis=2)) - log_gamma(prior.sum(axis=1))
    return _total(each) + _total(gained + log_gamma(prior) - log_gamma(post))


def _divergence_of_sizes(sizes: Floats) -> float:
    subtypes = sizes.shape[1]
    kinds = (sizes + KINDS / subtypes)[None]
    of_class = (sizes.sum(axis=1) + CLASSES)[None, None]
    return _divergence(kinds, np.full(sizes.shape, KINDS / subtypes)) + _divergence(
        of_class, np.full((1, len(sizes)), CLASSES)
    )


def _total(values: Floats) -> float:
    return float(on_grid(values, confusion.GAIN_BITS).sum())
