"""A text that is typed: a name, a line of handwriting, a caption; blank is an answer too."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from microtasks.consensus import agreement
from microtasks.consensus.text import medoid
from microtasks.errors import InvalidAnswer
from microtasks.questions import settings
from microtasks.questions.kind import Question, Value
from microtasks.questions.open_kind import OpenKind

LONGEST = 100_000
MOST_LINES = 100


class Text(OpenKind):
    """A text. People who typed the same (up to white space) are counted; where nobody did, the most central text."""

    name = "text"
    column = "text"
    methods = ("auto", "exact", "medoid")
    counted = "exact"
    settings: ClassVar = {
        "max_length": "the most characters an answer may have (1000 unless said otherwise)",
        "lines": "how many lines high the box is to type in (1)",
        "direction": "the way the script runs: auto, ltr or rtl",
        "cant_tell": settings.CANT_TELL,
    }

    def check(self, question: Question) -> Question:
        """Complete the settings of the box to type in."""
        settings.refuse_unknown(question, self.settings)
        found = {
            "max_length": settings.whole(question, "max_length", 1000, 1, LONGEST),
            "lines": settings.whole(question, "lines", 1, 1, MOST_LINES),
            "direction": settings.one_of(question, "direction", ("auto", "ltr", "rtl")),
            "cant_tell": settings.flag(question, "cant_tell", default=True),
        }
        return replace(question, settings=found)

    def parse(self, question: Question, raw: Sequence[str]) -> Value:
        """Accept one text, in NFC and without outer white space; an empty one says "blank"."""
        if len(raw) != 1:
            raise InvalidAnswer("type one text", "value")
        typed = raw[0].replace("\r\n", "\n").replace("\r", "\n")
        if not settings.printable(typed.replace("\n", "").replace("\t", "")):
            raise InvalidAnswer(
                "the text has a character that cannot be printed", "value"
            )
        typed = unicodedata.normalize("NFC", typed).strip()
        longest = question.settings["max_length"]
        if len(typed) > longest:
            raise InvalidAnswer(
                f"the text has {len(typed)} characters; at most {longest} are taken",
                "value",
            )
        return typed

    def write(self, value: Value) -> str:
        """Write the text itself; "can't tell" leaves the cell empty, as blank does."""
        return "" if value is None else str(value)

    def read(self, cell: str) -> Value:
        """Read the text itself."""
        return cell

    def same(self, one: Value, other: Value) -> bool:
        """Compare in NFC with white space folded."""
        if one is None or other is None:
            return one is other
        return medoid.folded(one) == medoid.folded(other)

    def key(self, value: Value) -> Any:
        """Return the text in NFC with white space folded."""
        return medoid.folded(value)

    def original(self, values: Sequence[Value]) -> Value:
        """Return the most frequent spelling, the first in sort order where they tie."""
        return medoid.spelling(values)

    def countable(self, groups: Counter[Any]) -> bool:
        """Count once two people agree, and when there is only one answer."""
        return groups.total() == 1 or max(groups.values()) > 1

    def centre(
        self,
        question: Question | None,
        values: Sequence[Value],
        weights: Sequence[float],
    ) -> tuple[Value, float]:
        """Return the medoid by edit distance."""
        return medoid.medoid(values, weights)

    def agreement(self, answers: dict[str, list[Any]]) -> float | None:
        """Return nominal alpha: texts agree exactly or not at all."""
        return agreement.nominal(answers)
