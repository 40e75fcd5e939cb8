"""What all types of marks have in common: one list of marks per answer, decided object by object."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from microtasks.consensus.categories.methods import check_method
from microtasks.consensus.marks import agreement, cards, fit, record
from microtasks.consensus.marks.matching import match
from microtasks.consensus.marks.space import Space
from microtasks.consensus.marks.table import Answer, tabulate
from microtasks.consensus.numbers.centre import tidy
from microtasks.questions import cannot_tell, estimates
from microtasks.questions.kind import (
    AnswerType,
    Ballot,
    Decision,
    Estimate,
    Question,
    Value,
    Vote,
)
from microtasks.questions.marks import reading

METHOD = "clusters"
#: Digits after the point: a millionth of a pixel, a tenth of a metre on the map.
DIGITS = 6

Row = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """How marks of one crowd are reckoned with: their space, and each ballot's marks as the space's rows."""

    space: Space
    columns: int
    rows: Sequence[tuple[Row, ...]]


class MarkType(AnswerType):
    """A list of marks; `[]` says that nothing is there, None (`null` in a table) that it cannot be told."""

    #: Two marks may be this far apart, in the space's unit, and still be taken for one when compared with truth.
    tolerance: ClassVar[float]
    parts: ClassVar[tuple[str, ...]] = ("confidences",)

    @abstractmethod
    def mark(self, found: Any, which: str) -> Any:
        """Check one mark read from JSON and return it in its normal form."""

    @abstractmethod
    def layout(self, values: Sequence[Sequence[Any]]) -> Layout:
        """Lay all ballots' marks out in a space."""

    @abstractmethod
    def told(self, layout: Layout, row: Row) -> Any:
        """Return the mark that a row of the space stands for."""

    def write(self, value: Value) -> str:
        """Write the marks as JSON; "can't tell" is null."""
        return json.dumps(value)

    def read(self, cell: str) -> Value:
        """Read a JSON list of marks, naming the first that is wrong."""
        found = reading.marks(cell)
        if found is None:
            return None
        return [self.mark(each, f"mark {i}") for i, each in enumerate(found, start=1)]

    def same(self, one: Value, other: Value) -> bool:
        """Say whether two lists mark the same objects: as many, each within tolerance of its own partner."""
        if one is None or other is None or len(one) != len(other):
            return one is None and other is None
        return self.shared(one, other) == len(one)

    def shared(self, one: Sequence[Any], other: Sequence[Any]) -> int:
        """Count the objects that both lists mark: pairs within tolerance, each mark once, the nearest first."""
        if not one or not other:
            return 0
        layout = self.layout([one, other])
        first, second = (np.array(rows) for rows in layout.rows)
        left, right = (i.ravel() for i in np.indices((len(first), len(second))))
        apart = layout.space.apart(first[left], second[right])
        near = apart <= self.tolerance
        taken = match(left[near], right[near], -apart[near], left[near])
        return int(taken.sum())

    def estimate(
        self,
        question: Question | None,
        ballots: Sequence[Ballot],
        method: str = "auto",
        known: Mapping[str, Value] | None = None,
    ) -> Estimate:
        """Decide every task, with workers known by what they find and invent; settled tasks are judged as they are."""
        check_method(method, ("auto",))
        settled = dict(known or {})
        decisions, telling = cannot_tell.split(ballots)
        decisions |= {
            ballot.task: Decision(settled[ballot.task], 1.0, METHOD)
            for ballot in ballots
            if ballot.task in settled
        }
        judged = [
            row
            for ballot in ballots
            if ballot.task in settled
            for row in self._against(ballot, settled[ballot.task])
        ]
        telling = [ballot for ballot in telling if ballot.task not in settled]
        if not telling:
            estimate = estimates.assemble(ballots, decisions, judged, None)
            return _with_answers(estimate, ballots)
        layout, fitted = self._fit(telling)
        decided = cards.cards(fitted)
        decisions |= {t: self._decision(layout, card) for t, card in decided.items()}
        sure = {task: card.confidence for task, card in decided.items()}
        judged += agreement.judged(fitted, sure)
        alpha = agreement.alpha(fitted)
        estimate = estimates.assemble(ballots, decisions, judged, alpha)
        return _with_records(_with_answers(estimate, ballots), fitted)

    def _fit(self, telling: Sequence[Ballot]) -> tuple[Layout, fit.Fit]:
        layout = self.layout([ballot.value for ballot in telling])
        answers = [
            Answer(ballot.task, ballot.worker, rows, ballot.suspicious)
            for ballot, rows in zip(telling, layout.rows, strict=True)
        ]
        return layout, fit.fit(tabulate(answers, layout.columns), layout.space)

    def _against(self, ballot: Ballot, truth: Value) -> list[tuple[str, float]]:
        """Hold an answer against a settled value: all that was marked or should have been."""
        if ballot.value is None or truth is None:
            return [(ballot.worker, float(ballot.value == truth))]
        right = self.shared(ballot.value, truth)
        wrong = len(ballot.value) + len(truth) - 2 * right
        # Nothing marked where nothing is: one right thing.
        right += right + wrong == 0
        return [(ballot.worker, 1.0)] * right + [(ballot.worker, 0.0)] * wrong

    def decide(
        self, question: Question | None, votes: Sequence[Vote], crowd: Any = None
    ) -> Decision:
        """Decide one card, each worker weighed by the last estimate's record or else by reliability alone."""
        untold = cannot_tell.decided(votes)
        if untold is not None:
            return untold
        telling = [vote for vote in votes if vote.value is not None]
        layout = self.layout([vote.value for vote in telling])
        answers = [
            Answer("", vote.worker, rows, vote.suspicious)
            for vote, rows in zip(telling, layout.rows, strict=True)
        ]
        table = tabulate(answers, layout.columns)
        trusted = {vote.worker: vote.reliability for vote in telling}
        records = {vote.worker: vote.record for vote in telling if vote.record}
        known = record.revive(table, layout.space, trusted, records, crowd)
        return self._decision(layout, cards.decide(table, layout.space, *known))

    def _decision(self, layout: Layout, card: cards.Card) -> Decision:
        value = [self.told(layout, tuple(row)) for row in card.marks.tolist()]
        chances = tuple(card.chances.tolist())
        radii = tuple(card.radii.tolist()) if "radii" in self.parts else ()
        return Decision(value, card.confidence, METHOD, chances, radii=radii)


def rounded(row: Sequence[float]) -> list[int | float]:
    """Return a row as it is told: to a fixed number of digits, whole numbers as such."""
    return [tidy(round(number, DIGITS)) for number in row]


def _with_answers(estimate: Estimate, ballots: Sequence[Ballot]) -> Estimate:
    """Say of each worker how many answers the rates rest on, not how many marks."""
    given = Counter(ballot.worker for ballot in ballots if ballot.value is not None)
    workers = {
        name: replace(known, answers=given[name])
        for name, known in estimate.workers.items()
    }
    return replace(estimate, workers=workers)


def _with_records(estimate: Estimate, fitted: fit.Fit) -> Estimate:
    """Write down what the live clock weighs by."""
    records = record.of_workers(fitted)
    workers = {
        name: replace(known, record=records.get(name))
        for name, known in estimate.workers.items()
    }
    return replace(estimate, workers=workers, crowd=record.of_crowd(fitted))
