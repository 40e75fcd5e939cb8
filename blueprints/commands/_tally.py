"""What a simulation saw: added up over volunteers, and told in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Tally:
    """What one volunteer, or all of them together, did and met."""

    #: Lease keys of answers that the site acknowledged.
    keys: list[str] = field(default_factory=list)
    #: Seconds from sending an answer to having the next page.
    turns: list[float] = field(default_factory=list)
    #: answers, skipped, undone, sent_twice, abandoned, reported, without_truth, ...
    did: Counter[str] = field(default_factory=Counter)
    #: Statuses of 400 and above; 0 where the line broke.
    statuses: Counter[int] = field(default_factory=Counter)
    #: Why there was no card: nothing, busy, people, closed.
    told: Counter[str] = field(default_factory=Counter)
    false_nothing: int = 0

    def add(self, other: Tally) -> None:
        """Add another volunteer's."""
        self.keys += other.keys
        self.turns += other.turns
        self.did += other.did
        self.statuses += other.statuses
        self.told += other.told
        self.false_nothing += other.false_nothing

    def report(self, seconds: float, lost: int) -> dict[str, Any]:
        """Return the numbers of a simulation that took so long and lost so many acknowledged answers."""
        waits = sorted(self.turns)
        return {
            "answers": len(self.keys),
            "lost": lost,
            "false_nothing": self.false_nothing,
            "errors_4xx": _between(self.statuses, 400, 500),
            "errors_5xx": _between(self.statuses, 500, 600),
            "broken_lines": self.statuses[0],
            "statuses": {str(status): n for status, n in sorted(self.statuses.items())},
            "told": dict(sorted(self.told.items())),
            "did": dict(sorted(self.did.items())),
            "seconds": round(seconds, 2),
            "answers_per_second": round(len(self.keys) / max(seconds, 1e-9), 2),
            "p50_ms": _quantile(waits, 0.5),
            "p95_ms": _quantile(waits, 0.95),
        }


def _between(statuses: Counter[int], low: int, high: int) -> int:
    return sum(n for status, n in statuses.items() if low <= status < high)


def _quantile(ordered: list[float], share: float) -> float:
    if not ordered:
        return 0.0
    at = min(len(ordered) - 1, int(share * len(ordered)))
    return round(1000 * ordered[at], 1)
