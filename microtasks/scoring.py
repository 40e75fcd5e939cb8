"""How a crowd's decisions compare with known truth: how many are right, and whether confidences are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

import numpy as np
from rapidfuzz.distance import Levenshtein

from microtasks.consensus import calibration
from microtasks.errors import InvalidInput
from microtasks.questions import AnswerType, Decision, Value
from microtasks.questions.marks.mark_type import MarkType
from microtasks.questions.text import Text

#: Methods whose confidence ranks tasks and is no probability.
RANKING = ("median", "mean", "medoid")
#: What texts and their truth may differ in where nothing else is said.
ALIKE = Text(("case", "punctuation"))


@dataclass(frozen=True, slots=True)
class OptionScore:
    """One option of sets against truth: decided and true, decided only, true only; tasks that say so."""

    tasks: int
    both: int
    decided: int
    true: int

    @property
    def precision(self) -> float | None:
        """Return the share of decided ones that are true; None where none was decided."""
        return self.both / self.decided if self.decided else None

    @property
    def recall(self) -> float | None:
        """Return the share of true ones that were decided; None where none is true."""
        return self.both / self.true if self.true else None

    @property
    def f1(self) -> float | None:
        """Return the harmonic mean of precision and recall; None where nothing was decided or true."""
        named = self.decided + self.true
        return 2 * self.both / named if named else None


@dataclass(frozen=True, slots=True)
class Rates:
    """Word and character error rates: edits over the length of the truth, the whole set taken together."""

    words: float
    characters: float


@dataclass(frozen=True, slots=True)
class Found:
    """Objects on pictures or maps: how many were decided, how many are truly there, and how many were found."""

    decided: int
    true: int
    found: int

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall; one where nothing was decided and nothing is there."""
        named = self.decided + self.true
        return 2 * self.found / named if named else 1.0


@dataclass(frozen=True, slots=True)
class Score:
    """How the decisions compare with known truth.

    `stated` has each confidence that claims to be a probability, and whether that decision is right. `rmse` only for numbers, `options` only for sets, `rates` only for texts, `marks` only for marks.
    """

    tasks: int
    accuracy: float
    unanswered: int
    stated: Sequence[tuple[float, bool]]
    rmse: float | None = None
    options: Mapping[str, OptionScore] | None = None
    rates: Rates | None = None
    marks: Found | None = None

    @property
    def calibration(self) -> calibration.Calibration | None:
        """Return whether what was stated is kept; None where nothing was."""
        if not self.stated:
            return None
        told = np.array(self.stated, np.float64)
        return calibration.measure(told[:, 0], told[:, 1])


def compared(kind: AnswerType) -> AnswerType:
    """Return how answers are compared with truth, which is seldom typed as people type.

    Texts are compared up to case and punctuation, unless rules of what to ignore were given.
    """
    return ALIKE if isinstance(kind, Text) and not kind.rules.ignore else kind


def score(
    kind: AnswerType, decisions: Mapping[str, Decision], truth: Mapping[str, Value]
) -> Score:
    """Compare decisions with truth on the tasks that have both."""
    kind = compared(kind)
    both = [(decisions[task], true) for task, true in truth.items() if task in decisions]  # fmt: skip
    if not both:
        raise InvalidInput(
            "no task of the truth was answered; are its tasks named as the answers name them?",
            "truth",
        )
    judged = [(decision, kind.same(decision.value, true)) for decision, true in both]
    pairs = [(decision.value, true) for decision, true in both]
    return Score(
        len(both),
        sum(is_right for _, is_right in judged) / len(both),
        len(truth) - len(both),
        stated(judged),
        _rmse(pairs),
        _options(pairs) if kind.name == "choices" else None,
        _rates(kind, pairs) if isinstance(kind, Text) else None,
        _marks(kind, pairs) if isinstance(kind, MarkType) else None,
    )


def stated(judged: Sequence[tuple[Decision, bool]]) -> list[tuple[float, bool]]:
    """Return the confidences that claim to be probabilities, each with whether its decision is right."""
    return [
        (decision.confidence, is_right)
        for decision, is_right in judged
        if decision.method not in RANKING
    ]


def _rmse(both: Sequence[tuple[Value, Value]]) -> float | None:
    if not all(isinstance(value, (int, float)) for pair in both for value in pair):
        return None
    return sqrt(fsum((one - other) ** 2 for one, other in both) / len(both))


def _rates(kind: Text, pairs: Sequence[tuple[Value, Value]]) -> Rates | None:
    """Compare what the kind's rules leave of texts; None where the truth has no words."""
    keys = [[kind.rules.key(text or "") for text in pair] for pair in pairs]
    words = sum(len(true.split()) for _, true in keys)
    characters = sum(len(true) for _, true in keys)
    if not words:
        return None
    wrong = sum(Levenshtein.distance(said.split(), true.split()) for said, true in keys)
    letters = sum(Levenshtein.distance(said, true) for said, true in keys)
    return Rates(wrong / words, letters / characters)


def _marks(kind: MarkType, pairs: Sequence[tuple[Value, Value]]) -> Found:
    told = [(decided or [], true or []) for decided, true in pairs]
    return Found(
        sum(len(decided) for decided, _ in told),
        sum(len(true) for _, true in told),
        sum(kind.shared(decided, true) for decided, true in told),
    )


def _options(pairs: Sequence[tuple[Value, Value]]) -> dict[str, OptionScore]:
    """Score each option on the tasks whose truth speaks of it: a list speaks of all, an object of those it names."""
    told = [
        (set(decided), *_spoken(true))
        for decided, true in pairs
        if decided is not None and true is not None
    ]
    names = sorted(
        {option for decided, true, _ in told for option in (*true, *decided)}
    )
    found = {}
    for option in names:
        seen = [
            (option in decided, bool(true.get(option)))
            for decided, true, partial in told
            if not partial or option in true
        ]
        if seen:
            found[option] = OptionScore(
                len(seen),
                sum(decided and true for decided, true in seen),
                sum(decided for decided, _ in seen),
                sum(true for _, true in seen),
            )
    return found


def _spoken(true: Value) -> tuple[dict[str, bool], bool]:
    """Return what the truth says of options, and whether it leaves others open."""
    if isinstance(true, dict):
        return true, True
    return dict.fromkeys(true, True), False
