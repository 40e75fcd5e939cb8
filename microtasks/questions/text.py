"""A text that is typed: a name, a line of handwriting, a caption; blank is an answer too."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, ClassVar

from microtasks.consensus import agreement
from microtasks.consensus.categories.methods import check_method
from microtasks.consensus.text import lines, medoid, normal
from microtasks.consensus.text.lines import Known, Typed
from microtasks.consensus.text.normal import IGNORABLE, Rules
from microtasks.consensus.text.reading import Read
from microtasks.errors import InvalidAnswer
from microtasks.questions import cannot_tell, estimates, settings, watching
from microtasks.questions.kind import (
    Ballot,
    Decision,
    Estimate,
    Kind,
    Question,
    Value,
    Vote,
)

LONGEST = 10_000
MOST_LINES = 100


class Text(Kind):
    """A text. What was typed is aligned and voted on word by word; a volunteer's reliability is the share of right words.

    `ignore` says what answers may differ in where there is no question that says it.
    """

    name = "text"
    column = "text"
    parts = ("confidences", "alternatives")
    methods = ("auto", "words", "characters", "exact", "medoid")
    settings: ClassVar = {
        "max_length": "the most characters an answer may have (1000 unless said otherwise)",
        "lines": "how many lines high the box is to type in (1)",
        "ignore": f"what answers may differ in and still be the same, a list of: {', '.join(IGNORABLE)}",
        "normalised": "is the form that is compared exported instead of what was typed (false unless said otherwise)",
        "direction": "the way the script runs: auto, ltr or rtl",
        "cant_tell": settings.CANT_TELL,
    }

    def __init__(self, ignore: Iterable[str] = ()) -> None:
        self.rules = normal.rules(ignore)

    def check(self, question: Question) -> Question:
        """Complete the settings of the box to type in."""
        settings.refuse_unknown(question, self.settings)
        found = {
            "max_length": settings.whole(question, "max_length", 1000, 1, LONGEST),
            "lines": settings.whole(question, "lines", 1, 1, MOST_LINES),
            "ignore": settings.several_of(question, "ignore", tuple(IGNORABLE)),
            "normalised": settings.flag(question, "normalised", default=False),
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
        """Compare in NFC with white space folded, and without what is ignored."""
        if one is None or other is None:
            return one is other
        return self.rules.key(one) == self.rules.key(other)

    def decide(
        self, question: Question, votes: Sequence[Vote], crowd: Any = None
    ) -> Decision:
        """Decide one card; when "can't tell" does not win it says nothing about the text."""
        untold = cannot_tell.decided(votes)
        if untold is not None:
            return untold
        said = [
            Known(vote.value, vote.reliability, vote.suspicious, skill=_skill(vote))
            for vote in votes
            if vote.value is not None
        ]
        rules = self._rules(question)
        read = lines.decide(said, rules, _crowd(crowd))
        return _decision(read, _exported(question, rules))

    def estimate(
        self,
        question: Question | None,
        ballots: Sequence[Ballot],
        method: str = "auto",
        known: Mapping[str, Value] | None = None,
    ) -> Estimate:
        """Decide every task by the named method; a worker's reliability is the share of units the crowd agrees with."""
        check_method(method, self.methods)
        decisions, telling = cannot_tell.split(ballots)
        rules = self._rules(question)
        rows = [Typed(b.task, b.worker, b.value, b.suspicious) for b in telling]
        way = {"auto": "words", "medoid": "words"}.get(method, method)
        told = {task: text for task, text in (known or {}).items() if text is not None}
        fit = lines.fit(rows, rules, way, told)
        exported = _exported(question, rules)
        for task, read in fit.lines.items():
            decisions[task] = _decision(read, exported)
        answers: dict[str, list[str]] = {}
        for row in rows:
            answers.setdefault(row.task, []).append(rules.key(row.text))
        if method == "medoid":
            decisions |= _medoids(rows)
        judged = [
            (b.worker, share) for b, share in zip(telling, fit.right, strict=True)
        ]
        alpha = agreement.nominal(answers)
        found = estimates.assemble(ballots, decisions, judged, alpha)
        return _recorded(_watched(found, telling, rules), fit)

    def _rules(self, question: Question | None) -> Rules:
        if question is None:
            return self.rules
        return normal.rules(question.settings.get("ignore", ()))


def _exported(question: Question | None, rules: Rules) -> Rules | None:
    """Return the rules to export by, None where the typed form is exported."""
    wanted = question is not None and question.settings.get("normalised", False)
    return rules if wanted else None


def _watched(found: Estimate, telling: Sequence[Ballot], rules: Rules) -> Estimate:
    """Flag workers who were too fast, or who share lines that were not decided."""
    decided = {t: rules.key(d.value or "") for t, d in found.decisions.items()}
    keys = [rules.key(ballot.value) for ballot in telling]
    right = [
        float(key == decided[ballot.task])
        for ballot, key in zip(telling, keys, strict=True)
    ]
    return watching.flagged(found, telling, keys, right)


def _recorded(found: Estimate, fit: lines.Fit) -> Estimate:
    """Write down what the live clock weighs by: each worker's skill, and what the crowd is like."""
    workers = dict(found.workers)
    for name, skill in fit.skill.items():
        workers[name] = replace(workers[name], record={"skill": skill})
    return replace(found, workers=workers, crowd=asdict(fit.crowd))


def _skill(vote: Vote) -> float | None:
    return None if vote.record is None else float(vote.record["skill"])


def _crowd(record: Any) -> lines.Crowd:
    """Read what an earlier estimate wrote down of the crowd."""
    if record is None:
        return lines.Crowd()
    return lines.Crowd(tuple(record["shares"]), record["doubt"])


def _decision(read: Read, exported: Rules | None) -> Decision:
    if exported is None:
        return Decision(
            read.text, read.confidence, read.method, read.words, read.alternatives
        )
    text = exported.key(read.text)
    # Normalising may join words or drop some; then the words' probabilities have no words to stand for.
    words = read.words if len(text.split()) == len(read.words) else ()
    others = tuple((exported.key(other), chance) for other, chance in read.alternatives)
    return Decision(text, read.confidence, read.method, words, others)


def _medoids(rows: Sequence[Typed]) -> dict[str, Decision]:
    texts: dict[str, list[str]] = {}
    for row in rows:
        texts.setdefault(row.task, []).append(row.text)
    return {
        task: Decision(*medoid.medoid(given, [1.0] * len(given)), "medoid")
        for task, given in texts.items()
    }
