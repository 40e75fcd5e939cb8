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
from microtasks.consensus.sets import competition, rereading, rivalry, ticks
from microtasks.errors import InvalidAnswer
from microtasks.questions import cannot_tell, estimates, settings, watching, weighing
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
    agreement = "sets"
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
        value = _loaded(cell)
        if not isinstance(value, list) or not all(isinstance(x, str) for x in value):
            raise InvalidAnswer(
                'a label must be a JSON list of options, such as ["water", "food"] or []'
            )
        return list(dict.fromkeys(value))

    def read_truth(self, cell: str) -> Value:
        """Read a JSON list of options, or a JSON object of those options that are known: true or false."""
        value = _loaded(cell)
        if isinstance(value, dict) and all(isinstance(x, bool) for x in value.values()):
            return value
        return self.read(cell)

    def same(self, one: Value, other: Value) -> bool:
        """Compare as sets; what is known in part only on the options that it names."""
        if one is None or other is None:
            return one is other
        if isinstance(other, dict):
            return all((option in one) == holds for option, holds in other.items())
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
        """Fit the options together, or each as a crowd of yes and no by the named method (those of a choice).

        A worker's reliability is the mean over options; alpha is that of sets (MASI).
        """
        methods.check_method(method, methods.METHODS)
        untold, telling = cannot_tell.split(ballots)
        options = _options(question, telling)
        if not telling:
            return estimates.assemble(ballots, untold, [], None)
        parts, name = _parts(options, telling, method, known or {})
        yes = np.stack([part.belief[:, 1] for part in parts], axis=1).tolist()
        decisions = untold | {
            task: _decision(options, chances, name)
            for task, chances in zip(parts[0].table.tasks, yes, strict=True)
        }
        right = np.sum([part.right for part in parts], axis=0) / len(parts)
        judged = list(zip((b.worker for b in telling), right.tolist(), strict=True))
        found = estimates.assemble(ballots, decisions, judged, _alpha(telling))
        worst = np.min([part.right for part in parts], axis=0).tolist()
        said = [frozenset(ballot.value) for ballot in telling]
        found = watching.flagged(found, telling, said, worst)
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


def _parts(
    options: Sequence[str],
    ballots: Sequence[Ballot],
    method: str,
    known: Mapping[str, Value],
) -> tuple[list[_Part], str]:
    """Decide all options and name the method: each by itself, or together where `auto` finds that they are rivals."""
    rows = [(ballot.task, ballot.worker, 0, ballot.suspicious) for ballot in ballots]
    # Without a question and with nothing ever ticked there is no option; an unnamed one carries the confidence.
    columns = options or [""]
    crowd = ticks.collect(table.factorise(rows, 1), [b.value for b in ballots], columns)
    tables = [crowd.of(number) for number in range(len(columns))]
    told = {task: value for task, value in known.items() if value is not None}
    sure = ticks.settled(crowd, told, columns)
    together = method == "auto" and rivalry.rivals(crowd)
    if together:
        holds = competition.posterior(crowd.counted())
        holds = ticks.certain(holds, sure)
        yes = [rereading.reread(each, holds[:, n]) for n, each in enumerate(tables)]
    else:
        yes = [methods.posterior(each, method)[:, 1] for each in tables]
    belief = ticks.certain(np.stack(yes, axis=1), sure)
    parts = [
        _Part(each, np.stack([1 - belief[:, n], belief[:, n]], axis=1))
        for n, each in enumerate(tables)
    ]
    return parts, "sets" if together else methods.NAMES.get(method, method)


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


def _loaded(cell: str) -> Any:
    """Return what JSON says; None if it says nothing that can be written again, such as half a surrogate pair."""
    try:
        value = json.loads(cell)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return value


def _decision(
    options: Sequence[str], chances: Sequence[float], method: str
) -> Decision:
    ticked = [
        (option, chance)
        for option, chance in zip(options, chances, strict=False)
        if chance > 0.5
    ]
    confidence = min(max(chance, 1 - chance) for chance in chances)
    of_each = tuple(chance for _, chance in ticked)
    return Decision([option for option, _ in ticked], confidence, method, of_each)


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


def _alpha(ballots: Sequence[Ballot]) -> float | None:
    answers: dict[str, list[Value]] = {}
    for ballot in ballots:
        answers.setdefault(ballot.task, []).append(ballot.value)
    return agreement.sets(answers)
