"""Any of several options: "which of these does it show?"; none of them is an answer too."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from microtasks.consensus import agreement, evidence, live
from microtasks.consensus.categories import methods, table
from microtasks.consensus.exact import Floats
from microtasks.errors import InvalidAnswer
from microtasks.questions import cannot_tell, estimates, settings, weighing
from microtasks.questions.kind import (
    Ballot,
    Decision,
    Estimate,
    Kind,
    Question,
    Value,
    Vote,
)


class Choices(Kind):
    """Any subset of the options, each decided as a yes or no of its own; an even split leaves an option out.

    A decision's confidence is that of its least certain option. The product over options, the chance that the
    whole set is right if errors were independent, would punish long lists: twenty options at 0.98 make 0.67.
    """

    name = "choices"
    settings: ClassVar = {
        "options": "the 1 to 100 texts of which any number may be ticked",
        "cant_tell": settings.CANT_TELL,
    }

    def check(self, question: Question) -> Question:
        """Complete the settings: distinct options, and whether "can't tell" is offered."""
        settings.refuse_unknown(question, self.settings)
        found = {
            "options": settings.options(question, fewest=1),
            "cant_tell": settings.flag(question, "cant_tell", default=True),
        }
        return replace(question, settings=found)

    def parse(self, question: Question, raw: Sequence[str]) -> Value:
        """Accept any of the options, in the question's order; nothing ticked says "none of these"."""
        ticked = {unicodedata.normalize("NFC", item).strip() for item in raw}
        options = question.settings["options"]
        if ticked - set(options):
            raise InvalidAnswer("this is not one of the options", "value")
        return [option for option in options if option in ticked]

    def write(self, value: Value) -> str:
        """Write a JSON list of options; "can't tell" leaves the cell empty."""
        return "" if value is None else json.dumps(value, ensure_ascii=False)

    def read(self, cell: str) -> Value:
        """Read a JSON list of options, each once."""
        try:
            value = json.loads(cell)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, list) or not all(isinstance(x, str) for x in value):
            raise InvalidAnswer(
                'a label must be a JSON list of options, such as ["water", "food"] or []'
            )
        return list(dict.fromkeys(value))

    def same(self, one: Value, other: Value) -> bool:
        """Compare as sets."""
        if one is None or other is None:
            return one is other
        return set(one) == set(other)

    def decide(
        self, question: Question, votes: Sequence[Vote], crowd: Any = None
    ) -> Decision:
        """Decide each option by the votes that ticked it and those that did not."""
        untold = cannot_tell.decided(votes)
        if untold is not None:
            return untold
        options = question.settings["options"]
        telling = [
            (vote, _known(vote.value, options))
            for vote in votes
            if vote.value is not None
        ]
        if weighing.applies(crowd, options):
            yes = _weighed(options, telling, crowd["parts"])
            return _decision(options, yes, weighing.METHOD)
        chances = [
            live.yes(
                [
                    live.Voice(option in ticked, vote.reliability, vote.suspicious)
                    for vote, ticked in telling
                ]
            )
            for option in options
        ]
        return _decision(options, chances, "one-coin")

    def estimate(
        self,
        question: Question | None,
        ballots: Sequence[Ballot],
        method: str = "auto",
        known: Mapping[str, Value] | None = None,
    ) -> Estimate:
        """Fit every option as a crowd of yes and no by the named method (those of a choice).

        A worker's reliability is the mean over options, and so is alpha.
        """
        methods.check_method(method, methods.METHODS)
        untold, telling = cannot_tell.split(ballots)
        options = _options(question, telling)
        if not telling:
            return estimates.assemble(ballots, untold, [], _alpha(options, telling))
        # Without a question and with nothing ever ticked there is no option; an unnamed one carries the confidence.
        parts = [
            _part(option, telling, method, known or {}) for option in options or [""]
        ]
        name = methods.NAMES.get(method, method)
        decisions = untold | {
            task: _decision(options, [float(p.belief[row, 1]) for p in parts], name)
            for row, task in enumerate(parts[0].table.tasks)
        }
        right = np.sum([part.right for part in parts], axis=0) / len(parts)
        judged = list(zip((b.worker for b in telling), right.tolist(), strict=True))
        found = estimates.assemble(ballots, decisions, judged, _alpha(options, telling))
        if question is None:
            return found
        learnt = [evidence.learn(part.table, part.belief) for part in parts]
        return weighing.recorded(found, parts[0].table.workers, options, learnt)


@dataclass(frozen=True, slots=True)
class _Part:
    """One option as a crowd of yes and no: its table, each task's chances, each ballot's chance of being right."""

    table: table.Table
    belief: Floats

    @property
    def right(self) -> Floats:
        chances: Floats = self.belief[self.table.task, self.table.answer]
        return chances


def _part(
    option: str, ballots: Sequence[Ballot], method: str, known: Mapping[str, Value]
) -> _Part:
    rows = [(b.task, b.worker, int(option in b.value), b.suspicious) for b in ballots]
    crowd = table.factorise(rows, 2)
    settled = {t: int(option in value) for t, value in known.items() if value is not None}  # fmt: skip
    belief = methods.posterior(crowd, method)
    return _Part(crowd, estimates.clamped(belief, crowd.tasks, settled))


def _weighed(
    options: Sequence[str], telling: Sequence[tuple[Vote, Value]], parts: Sequence[Any]
) -> list[float]:
    """Return the chance of each option to be among those that apply."""
    chances = []
    for number, option in enumerate(options):
        said = [
            (int(option in ticked), vote.record, vote.suspicious)
            for vote, ticked in telling
        ]
        chances.append(live.chances(weighing.scores(parts[number], number, said))[1])
    return chances


def _decision(
    options: Sequence[str], chances: Sequence[float], method: str
) -> Decision:
    value = [
        option for option, chance in zip(options, chances, strict=False) if chance > 0.5
    ]
    confidence = min(max(chance, 1 - chance) for chance in chances)
    return Decision(value, confidence, method)


def _options(question: Question | None, ballots: Sequence[Ballot]) -> list[str]:
    ticked = {option for ballot in ballots for option in ballot.value}
    if question is None:
        return sorted(ticked)
    options = list(question.settings["options"])
    _known(sorted(ticked), options)
    return options


def _known(ticked: Value, options: Sequence[str]) -> Value:
    for option in ticked:
        if option not in options:
            raise InvalidAnswer(
                f"{option!r} is not one of the question's options", "value"
            )
    return ticked


def _alpha(options: Sequence[str], ballots: Sequence[Ballot]) -> float | None:
    return agreement.mean(_alpha_of(option, ballots) for option in options)


def _alpha_of(option: str, ballots: Sequence[Ballot]) -> float | None:
    answers: dict[str, list[bool]] = {}
    for ballot in ballots:
        answers.setdefault(ballot.task, []).append(option in ballot.value)
    return agreement.nominal(answers)
