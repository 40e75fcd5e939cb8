"""What every type of answer and kind of question can do: a new one is a new file with one subclass, registered by its name."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from microtasks.consensus.suspects import Flag

#: An answer as it is stored (JSON): an option, a list of options, a text, a number; None says "can't tell".
Value = Any


@dataclass(frozen=True, slots=True)
class Question:
    """One stage's question. `settings` holds what only its kind understands (options, min, max, ...)."""

    kind: str
    text: str
    help: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Vote:
    """One counted answer to one card. `reliability` is the chance that this volunteer is right (0..1).

    `record` is what the last estimate wrote down of the volunteer (`Reliability.record`), None of a newcomer.
    """

    worker: str
    value: Value
    reliability: float = 0.85
    suspicious: bool = False
    record: Any = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a card is taken to be: its value, the probability that it is right, and by which method.

    `confidences` has one for each part of a value that has parts (words of a text, marks on a picture, options of a
    set), in their order; `alternatives` holds what else was said, with its probability, likeliest first.
    """

    value: Value
    confidence: float
    method: str
    confidences: tuple[float, ...] = ()
    alternatives: tuple[tuple[Value, float], ...] = ()
    #: Of a number, the ends between which it lies with a chance of 95 %.
    interval: tuple[float, float] | None = None
    #: Of marks on a map, the radius around each in metres that holds the true place with a chance of 95 %.
    radii: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Ballot:
    """One row of a crowd's answers: who said what of which task."""

    task: str
    worker: str
    value: Value
    suspicious: bool = False


@dataclass(frozen=True, slots=True)
class Reliability:
    """How often a worker is right (posterior mean), with the ends of a 95 % interval and the answers it rests on."""

    accuracy: float
    low: float
    high: float
    answers: int
    #: What the live clock weighs this worker's answers by, where the kind knows more than an accuracy (JSON).
    record: Any = None
    #: What deserves a second look in this worker's answers; nobody's answers are left out for it.
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often each class holds, and how often the crowd says each class (column) where each one (row) is true."""

    classes: tuple[Value, ...]
    shares: tuple[float, ...]
    rows: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A whole stage decided at once: a decision per task, a reliability per worker, Krippendorff's alpha."""

    decisions: Mapping[str, Decision]
    workers: Mapping[str, Reliability]
    alpha: float | None
    #: What the live clock weighs by of the crowd as a whole, in the same form as workers' records (JSON).
    crowd: Any = None
    #: Of classes, in their order, the crowd's confusion: how often each (column) is said where each (row) is true.
    confusion: Confusion | None = None


class AnswerType(ABC):
    """A type of answer: how a table's cell holds it, when two mean the same, how a whole crowd's are decided."""

    name: ClassVar[str]
    #: The column of a table of answers that holds it.
    column: ClassVar[str] = "label"
    #: Which of Krippendorff's alphas an estimate states: nominal, interval, or sets (with MASI distances).
    agreement: ClassVar[str] = "nominal"
    #: What a table of results tells of each part of a decision, in columns of these names (fields of `Decision`).
    parts: ClassVar[tuple[str, ...]] = ()
    #: Whether decisions have an interval, which a table of results tells as `low` and `high`.
    bounded: ClassVar[bool] = False

    @abstractmethod
    def write(self, value: Value) -> str:
        """Write an answer as a table's cell; `read` gives it back."""

    @abstractmethod
    def read(self, cell: str) -> Value:
        """Read an answer from a table's cell, or raise InvalidAnswer."""

    def read_truth(self, cell: str) -> Value:
        """Read what is known of a task; types whose truth may be known in part override this, and `same` with it."""
        return self.read(cell)

    def same(self, one: Value, other: Value) -> bool:
        """Say whether two answers mean the same; types whose spelling may differ override this."""
        return bool(one == other)

    @abstractmethod
    def estimate(
        self,
        question: Question | None,
        ballots: Sequence[Ballot],
        method: str = "auto",
        known: Mapping[str, Value] | None = None,
    ) -> Estimate:
        """Decide every task of a stage together: the batch clock. Without a question the values speak for themselves.

        `known` holds the values of tasks that are settled otherwise (gold, reviewed): answers to them are judged
        against these where the kind can do so.
        """


class Kind(AnswerType):
    """A kind of question that cards can ask: its answer type, and how it is described, asked and decided live."""

    #: The `settings` keys that a recipe may give, each with one line of meaning (docs/recipe.md is checked against it).
    settings: ClassVar[Mapping[str, str]] = {}

    @abstractmethod
    def check(self, question: Question) -> Question:
        """Return the question with its settings completed, or raise RecipeError naming the key."""

    @abstractmethod
    def parse(self, question: Question, raw: Sequence[str]) -> Value:
        """Turn a form's `value` fields into an answer, or raise InvalidAnswer."""

    @abstractmethod
    def decide(
        self, question: Question, votes: Sequence[Vote], crowd: Any = None
    ) -> Decision:
        """Decide one card from its counted answers: the live clock. `crowd` is the last estimate's `Estimate.crowd`."""
