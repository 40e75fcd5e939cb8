"""Questions whose answers nobody can list beforehand: equal answers are counted, unequal ones have a centre."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from microtasks.consensus import live, open_ended
from microtasks.consensus.categories.methods import check_method
from microtasks.questions import cannot_tell, estimates
from microtasks.questions.kind import (
    Ballot,
    Decision,
    Estimate,
    Kind,
    Question,
    Value,
    Vote,
)


class OpenKind(Kind):
    """A kind that counts equal answers where enough of them are equal, and falls back to a centre elsewhere."""

    #: The batch methods; the last is the one that always takes the centre.
    methods: ClassVar[tuple[str, ...]]
    #: The name of a decision by counting equal answers.
    counted: ClassVar[str]

    @abstractmethod
    def key(self, value: Value) -> Any:
        """Return what two answers must share to be equal; keys sort."""

    @abstractmethod
    def original(self, values: Sequence[Value]) -> Value:
        """Return the one of several equal answers that stands for them."""

    @abstractmethod
    def countable(self, groups: Counter[Any]) -> bool:
        """Say whether enough answers are equal to be counted."""

    @abstractmethod
    def centre(
        self,
        question: Question | None,
        values: Sequence[Value],
        weights: Sequence[float],
    ) -> tuple[Value, float]:
        """Return the most central answer and how sure that makes us."""

    @abstractmethod
    def agreement(self, answers: dict[str, list[Any]]) -> float | None:
        """Return Krippendorff's alpha over each task's keys."""

    def coincidence(self, question: Question | None) -> float:
        """Return how often two people who are both wrong give the same answer."""
        return live.COINCIDENCE

    def decide(
        self, question: Question, votes: Sequence[Vote], crowd: Any = None
    ) -> Decision:
        """Decide one card; when "can't tell" does not win it says nothing about the value."""
        untold = cannot_tell.decided(votes)
        if untold is not None:
            return untold
        telling = [vote for vote in votes if vote.value is not None]
        if self._is_central(telling, "auto"):
            return self._by_centre(question, telling)
        return self._by_count(question, telling)

    def estimate(
        self,
        question: Question | None,
        ballots: Sequence[Ballot],
        method: str = "auto",
        known: Mapping[str, Value] | None = None,
    ) -> Estimate:
        """Decide every task with reliabilities learnt from how often each worker's answer is shared."""
        check_method(method, self.methods)
        decisions, telling = cannot_tell.split(ballots)
        fit = open_ended.fit(
            [
                open_ended.Said(b.task, b.worker, self.key(b.value), b.suspicious)
                for b in telling
            ],
            self.coincidence(question),
        )
        by_task: dict[str, list[Vote]] = {}
        for b in telling:
            vote = Vote(b.worker, b.value, suspicious=b.suspicious)
            by_task.setdefault(b.task, []).append(vote)
        for task, votes in by_task.items():
            # Who shares answers is no measure of who comes close: the centre is taken without what was learnt.
            if self._is_central(votes, method):
                decisions[task] = self._by_centre(question, votes)
                continue
            weighed = [replace(v, reliability=fit.reliability[v.worker]) for v in votes]
            decisions[task] = self._by_count(question, weighed)
        # A task without equal answers shows nobody right or wrong, whatever its centre.
        judged = [
            (ballot.worker, right)
            for ballot, right in zip(telling, fit.right, strict=True)
            if decisions[ballot.task].method == self.counted
        ]
        keys = {task: [self.key(v.value) for v in vs] for task, vs in by_task.items()}
        return estimates.assemble(ballots, decisions, judged, self.agreement(keys))

    def _is_central(self, votes: Sequence[Vote], method: str) -> bool:
        if method != "auto":
            return method == self.methods[-1]
        return not self.countable(Counter(self.key(vote.value) for vote in votes))

    def _by_centre(self, question: Question | None, votes: Sequence[Vote]) -> Decision:
        wrong = 1 + 1 / self.coincidence(question)
        weights = [live.believed(_voice(None, vote), wrong) for vote in votes]
        values = [vote.value for vote in votes]
        value, confidence = self.centre(question, values, weights)
        return Decision(value, confidence, self.methods[-1])

    def _by_count(self, question: Question | None, votes: Sequence[Vote]) -> Decision:
        voices = [_voice(self.key(vote.value), vote) for vote in votes]
        chances = live.open_ended(voices, self.coincidence(question))
        best = min(chances, key=lambda key: (-chances[key], key))
        equal = [vote.value for vote in votes if self.key(vote.value) == best]
        return Decision(self.original(equal), chances[best], self.counted)


def _voice(said: Any, vote: Vote) -> live.Voice[Any]:
    return live.Voice(said, vote.reliability, vote.suspicious)
