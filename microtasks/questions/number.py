"""A number that is typed: how many, how much, which year."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import isfinite
from typing import Any, ClassVar

from microtasks.consensus import agreement, live, numbers
from microtasks.errors import InvalidAnswer, RecipeError
from microtasks.questions import settings
from microtasks.questions.kind import Question, Value
from microtasks.questions.open_kind import OpenKind

LARGEST = 10**15
LONGEST = 40
_PLAIN = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")


class Number(OpenKind):
    """A number. One that most people gave exactly is a count; otherwise the reliability-weighted median."""

    name = "number"
    methods = ("auto", "median")
    counted = "mode"
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
        """Read a finite number; whole ones come back as int."""
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
        return numbers.tidy(found)

    def key(self, value: Value) -> Any:
        """Return the number itself: 3 and 3.0 are one."""
        return value

    def original(self, values: Sequence[Value]) -> Value:
        """Return the number that they all are."""
        return values[0]

    def countable(self, groups: Counter[Any]) -> bool:
        """Count when more than half gave one number.

        That number is then also the median; with less, equal measures are as likely a coincidence as a count.
        """
        return 2 * max(groups.values()) > groups.total()

    def centre(
        self,
        question: Question | None,
        values: Sequence[Value],
        weights: Sequence[float],
    ) -> tuple[Value, float]:
        """Return the weighted median."""
        low, high = _range(question)
        span = None if low is None or high is None else float(high - low)
        only_whole = question is not None and bool(question.settings["integer"])
        middle = numbers.median(values, weights, only_whole)
        return middle, numbers.closeness(values, middle, span)

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

    def agreement(self, answers: dict[str, list[Any]]) -> float | None:
        """Return interval alpha."""
        return agreement.interval(answers)


def _range(question: Question | None) -> tuple[Any, Any]:
    if question is None:
        return None, None
    return question.settings["min"], question.settings["max"]


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
    return numbers.tidy(found)
