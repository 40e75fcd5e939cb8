"""Questions whose answers nobody can list beforehand: equal answers are counted, unequal ones have a centre."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Sequence
from typing import Any, ClassVar

from microtasks.consensus import live, open_ended
from microtasks.consensus.categories import check_method
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

    def decide(self, question: Question, votes: Sequence[Vote]) -> Decision:
        """Decide one card; when "can't tell" does not win it says nothing about the value."""
        untold = cannot_tell.decided(votes)
        if untold is not None:
            return untold
        return self._settle(
            question, [vote for vote in votes if vote.value is not None], "auto"
        )

    def estimate(
        self, question: Question | None, ballots: Sequence[Ballot], method: str = "auto"
    ) -> Estimate:
        """Decide every task with reliabilities learnt from how often each worker's answer is shared."""
        check_method(method, self.methods)
        decisions, telling = cannot_tell.split(ballots)
        rows = [
            open_ended.Said(b.task, b.worker, self.key(b.value), b.suspicious)
            for b in telling
        ]
        fit = open_ended.fit(rows, self.coincidence(question))
        votes: dict[str, list[Vote]] = {}
        keys: dict[str, list[Any]] = {}
        for ballot, row in zip(telling, rows, strict=True):
            reliability = fit.reliability[ballot.worker]
            vote = Vote(ballot.worker, ballot.value, reliability, ballot.suspicious)
            votes.setdefault(ballot.task, []).append(vote)
            keys.setdefault(ballot.task, []).append(row.key)
        for task, given in votes.items():
            decisions[task] = self._settle(question, given, method)
        judged = [
            (b.worker, chance) for b, chance in zip(telling, fit.right, strict=True)
        ]
        return estimates.assemble(ballots, decisions, judged, self.agreement(keys))

    def _settle(
        self, question: Question | None, votes: Sequence[Vote], method: str
    ) -> Decision:
        keys = [self.key(vote.value) for vote in votes]
        central = self.methods[-1]
        if method == central or (
            method == "auto" and not self.countable(Counter(keys))
        ):
            wrong = 1 + 1 / self.coincidence(question)
            voices = [
                live.Voice(None, vote.reliability, vote.suspicious) for vote in votes
            ]
            weights = [live.believed(voice, wrong) for voice in voices]
            value, confidence = self.centre(
                question, [vote.value for vote in votes], weights
            )
            return Decision(value, confidence, central)
        said = [
            live.Voice(key, vote.reliability, vote.suspicious)
            for key, vote in zip(keys, votes, strict=True)
        ]
        chances = live.open_ended(said, self.coincidence(question))
        best = min(chances, key=lambda key: (-chances[key], key))
        equal = [
            vote.value for key, vote in zip(keys, votes, strict=True) if key == best
        ]
        return Decision(self.original(equal), chances[best], self.counted)
