"""A number that is typed: how many, how much, which year."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any, ClassVar

from microtasks.consensus import agreement, live
from microtasks.consensus.categories.methods import check_method
from microtasks.consensus.numbers import centre
from microtasks.errors import InvalidAnswer, RecipeError
from microtasks.questions import (
    cannot_tell,
    estimates,
    number_crowd,
    settings,
    watching,
)
from microtasks.questions.kind import (
    Ballot,
    Decision,
    Estimate,
    Kind,
    Question,
    Value,
    Vote,
)

LARGEST = 10**15
LONGEST = 40
_PLAIN = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")


class Number(Kind):
    """A number: counted where people hit the same one, else the mean or median, weighed by who comes close."""

    name = "number"
    agreement = "interval"
    bounded = True
    settings: ClassVar = {
        "min": "the smallest number that is taken",
        "max": "the largest number that is taken",
        "integer": "are only whole numbers taken (false unless said otherwise)",
        "unit": "what the number counts or measures, shown beside the box",
        "cant_tell": settings.CANT_TELL,
    }

    def check(self, question: Question) -> Question:
        """Complete the settings: a range that is not empty."""
        settings.refuse_unknown(question, self.settings)
        low, high = settings.number(question, "min"), settings.number(question, "max")
        if low is not None and high is not None and low >= high:
            raise RecipeError("min must be smaller than max", "question.min")
        found = {
            "min": low,
            "max": high,
            "integer": settings.flag(question, "integer", default=False),
            "unit": settings.line(question, "unit", longest=40),
            "cant_tell": settings.flag(question, "cant_tell", default=True),
        }
        return replace(question, settings=found)

    def parse(self, question: Question, raw: Sequence[str]) -> Value:
        """Accept one plain decimal number in any script's digits, within the question's range."""
        if len(raw) != 1:
            raise InvalidAnswer("type one number", "value")
        found = _number(_ascii(raw[0].strip()))
        if question.settings["integer"] and not isinstance(found, int):
            raise InvalidAnswer("only whole numbers are taken", "value")
        low, high = question.settings["min"], question.settings["max"]
        if low is not None and found < low:
            raise InvalidAnswer(f"the number must not be below {low}", "value")
        if high is not None and found > high:
            raise InvalidAnswer(f"the number must not be above {high}", "value")
        return found

    def write(self, value: Value) -> str:
        """Write the shortest decimal that reads back the same; "can't tell" leaves the cell empty."""
        return "" if value is None else repr(value)

    def read(self, cell: str) -> Value:
        """Read a number that is not too large; whole ones come back as int."""
        try:
            found = (
                float(cell)
                if len(cell) <= LONGEST and "_" not in cell
                else float("nan")
            )
        except ValueError:
            found = float("nan")
        if not isfinite(found):
            raise InvalidAnswer(f"{cell[:LONGEST]!r} is not a number")
        if abs(found) > LARGEST:
            raise InvalidAnswer(f"{cell[:LONGEST]} is too large")
        return centre.tidy(found)

    def decide(
        self, question: Question, votes: Sequence[Vote], crowd: Any = None
    ) -> Decision:
        """Decide one card: the number that more than half gave, or else the weighted median."""
        untold = cannot_tell.decided(votes)
        if untold is not None:
            return untold
        telling = [vote for vote in votes if vote.value is not None]
        groups = Counter(vote.value for vote in telling)
        if 2 * max(groups.values()) > groups.total():
            return self._counted(question, telling)
        return self._centred(question, telling)

    def estimate(
        self,
        question: Question | None,
        ballots: Sequence[Ballot],
        method: str = "auto",
        known: Mapping[str, Value] | None = None,
    ) -> Estimate:
        """Decide by the named method (auto, mode, median, mean); the crowd's answers choose where it is `auto`."""
        check_method(method, number_crowd.METHODS)
        decisions, telling = cannot_tell.split(ballots)
        judged: list[tuple[str, float]] = []
        right: list[float] = []
        if telling:
            rules = number_crowd.Rules(
                _span(question), _whole(question), self.coincidence(question)
            )
            told, judged, right = number_crowd.judge(
                telling, method, rules, known or {}
            )
            decisions |= told
        answers: dict[str, list[float]] = {}
        for ballot in telling:
            answers.setdefault(ballot.task, []).append(ballot.value)
        alpha = agreement.interval(answers)
        found = estimates.assemble(ballots, decisions, judged, alpha)
        said = [ballot.value for ballot in telling]
        return watching.flagged(found, telling, said, right)

    def _counted(self, question: Question, votes: Sequence[Vote]) -> Decision:
        voices = [live.Voice(v.value, v.reliability, v.suspicious) for v in votes]
        chances = live.open_ended(voices, self.coincidence(question))
        best = min(chances, key=lambda number: (-chances[number], number))
        return Decision(best, chances[best], "mode")

    def _centred(self, question: Question, votes: Sequence[Vote]) -> Decision:
        wrong = 1 + 1 / self.coincidence(question)
        voices = [live.Voice(None, v.reliability, v.suspicious) for v in votes]
        weights = [live.believed(voice, wrong) for voice in voices]
        values = [vote.value for vote in votes]
        middle = centre.median(values, weights, _whole(question))
        confidence = centre.closeness(values, middle, _span(question))
        within = centre.likely_range(values)
        return Decision(middle, confidence, "median", interval=within)

    def coincidence(self, question: Question | None) -> float:
        """Return how often wrong numbers meet: by chance at least, where only few whole ones are taken."""
        low, high = _range(question)
        if (
            question is None
            or not question.settings["integer"]
            or low is None
            or high is None
        ):
            return live.COINCIDENCE
        return max(live.COINCIDENCE, 1 / max(int(high) - int(low), 1))


def _range(question: Question | None) -> tuple[Any, Any]:
    if question is None:
        return None, None
    return question.settings["min"], question.settings["max"]


def _span(question: Question | None) -> float | None:
    low, high = _range(question)
    return None if low is None or high is None else float(high - low)


def _whole(question: Question | None) -> bool:
    return question is not None and bool(question.settings["integer"])


def _ascii(typed: str) -> str:
    signs = {"−": "-", "٫": ".", "＋": "+", "－": "-", "．": ".", "，": ","}
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() else signs.get(sign, sign)
        for sign in typed[: LONGEST + 1]
    )


def _number(typed: str) -> int | float:
    if len(typed) > LONGEST or not _PLAIN.fullmatch(typed):
        raise InvalidAnswer("type a plain number, such as 3 or 3.5", "value")
    if _THOUSANDS.fullmatch(typed):
        # Half the world reads 1,234 as a thousand and more, the other half as one and a bit.
        raise InvalidAnswer(
            f"write {typed.replace(',', '')} or {typed.replace(',', '.')} instead of {typed}",
            "value",
        )
    whole, _, part = typed.replace(",", ".").partition(".")
    found = float(f"{whole}.{part}") if part.strip("0") else int(whole)
    if abs(found) > LARGEST:
        raise InvalidAnswer("the number is too large", "value")
    return centre.tidy(found)
