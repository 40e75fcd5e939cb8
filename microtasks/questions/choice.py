"""One of several options: "which of these is it?"."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from microtasks.consensus import agreement, evidence, live
from microtasks.consensus.categories import methods, table
from microtasks.errors import InvalidAnswer
from microtasks.questions import estimates, settings, watching, weighing
from microtasks.questions.kind import (
    Ballot,
    Decision,
    Estimate,
    Kind,
    Question,
    Value,
    Vote,
)


class Choice(Kind):
    """One of k options; "can't tell" is one class more. Ties go to the option that the question lists first."""

    name = "choice"
    settings: ClassVar = {
        "options": "the 2 to 100 texts to choose from, in the order they are shown",
        "cant_tell": settings.CANT_TELL,
    }

    def check(self, question: Question) -> Question:
        """Complete the settings: distinct options, and whether "can't tell" is offered."""
        settings.refuse_unknown(question, self.settings)
        found = {
            "options": settings.options(question, fewest=2),
            "cant_tell": settings.flag(question, "cant_tell", default=True),
        }
        return replace(question, settings=found)

    def parse(self, question: Question, raw: Sequence[str]) -> Value:
        """Accept exactly one of the options."""
        if len(raw) != 1:
            raise InvalidAnswer("choose one of the options", "value")
        option = unicodedata.normalize("NFC", raw[0]).strip()
        if option not in question.settings["options"]:
            raise InvalidAnswer("this is not one of the options", "value")
        return option

    def write(self, value: Value) -> str:
        """Write the option's text; "can't tell" leaves the cell empty."""
        return "" if value is None else str(value)

    def read(self, cell: str) -> Value:
        """Read an option's text."""
        if not cell.strip():
            raise InvalidAnswer("the label is empty")
        return cell

    def decide(
        self, question: Question, votes: Sequence[Vote], crowd: Any = None
    ) -> Decision:
        """Weigh the votes by what the last estimate knew of the crowd.

        Before the first estimate that is the one-coin model with every option equally likely beforehand.
        """
        if not votes:
            raise ValueError("there are no votes to decide from")
        options = _classes(question, [vote.value for vote in votes])
        if weighing.applies(crowd, options):
            return _weighed(options, votes, crowd["parts"][0])
        voices = [
            live.Voice(_known(vote.value, options), vote.reliability, vote.suspicious)
            for vote in votes
        ]
        chances = live.one_coin(voices, options)
        best = max(options, key=lambda option: chances[option])
        return Decision(best, chances[best], "one-coin")

    def estimate(
        self,
        question: Question | None,
        ballots: Sequence[Ballot],
        method: str = "auto",
        known: Mapping[str, Value] | None = None,
    ) -> Estimate:
        """Fit the crowd by the named method of categories; settled tasks are what they are, and tell whom to believe."""
        methods.check_method(method, methods.METHODS)
        options = _classes(question, [ballot.value for ballot in ballots])
        index = {option: position for position, option in enumerate(options)}
        crowd = table.factorise(_rows(ballots, index), len(options))
        settled = {task: index[v] for task, v in (known or {}).items() if v in index}
        rows = {row: settled[t] for row, t in enumerate(crowd.tasks) if t in settled}
        belief = methods.posterior(crowd, method, rows)
        name = methods.NAMES.get(method, method)
        decisions = {
            task: Decision(options[best], chance, name)
            for task, best, chance in zip(
                crowd.tasks,
                belief.argmax(axis=1).tolist(),
                belief.max(axis=1).tolist(),
                strict=True,
            )
        }
        right = belief[crowd.task, crowd.answer].tolist()
        judged = [(b.worker, chance) for b, chance in zip(ballots, right, strict=True)]
        found = estimates.assemble(
            ballots, decisions, judged, agreement.of_classes(crowd.task, crowd.answer)
        )
        found = watching.classed(found, crowd, belief, options)
        if question is None or not evidence.fits(crowd):
            return found
        learnt = evidence.learn(crowd, belief)
        return weighing.recorded(found, crowd.workers, options, [learnt])


def _weighed(
    options: Sequence[str | None], votes: Sequence[Vote], part: Any
) -> Decision:
    said = [
        (options.index(_known(vote.value, options)), vote.record, vote.suspicious)
        for vote in votes
    ]
    chances = live.chances(weighing.scores(part, 0, said))
    best = max(range(len(options)), key=chances.__getitem__)
    return Decision(options[best], chances[best], weighing.METHOD)


def _classes(question: Question | None, values: Sequence[Value]) -> list[str | None]:
    if question is None:
        options: list[str | None] = sorted(
            {value for value in values if value is not None}
        )
    else:
        options = list(question.settings["options"])
    offered = question is not None and question.settings.get("cant_tell", True)
    return [*options, None] if offered or None in values else options


def _rows(
    ballots: Sequence[Ballot], index: Mapping[str | None, int]
) -> list[tuple[str, str, int, bool]]:
    try:
        return [(b.task, b.worker, index[b.value], b.suspicious) for b in ballots]
    except (KeyError, TypeError):
        for ballot in ballots:
            _known(ballot.value, list(index))
        raise


def _known(value: Value, options: Sequence[str | None]) -> str | None:
    if value not in options:
        raise InvalidAnswer(f"{value!r} is not one of the question's options", "value")
    return value if value is None else str(value)
