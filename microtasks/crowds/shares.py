"""How decided values are spread: over labels where there are labels, over bins where there are numbers."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from microtasks import drawing
from microtasks.questions import AnswerType, Decision, Value
from microtasks.questions.kind import Confusion

#: Labels that are named one by one; the rest is summed.
LABELS = 12
#: Up to so many labels a table of truth against decisions can be read.
MOST_CONFUSED = 8
BINS = 10
LONGEST_NAME = 60


def of(kind: AnswerType, decisions: Mapping[str, Decision]) -> dict[str, Any] | None:
    """Return {"title", "rows": [[name, tasks], ...], "is_ordered"}, or None where no spread says anything (texts)."""
    values = [each.value for each in decisions.values() if each.value is not None]
    if kind.name == "text" or not values:
        return None
    if kind.name == "choices":
        options = (part for value in values for part in value or ["none of them"])
        return _labels(options, "How often each option was decided")
    if isinstance(values[0], list):
        return _numbers([len(value) for value in values], "Marks per task")
    if isinstance(values[0], (int, float)):
        return _numbers(values, "Decided numbers")
    return _labels(map(str, values), "How often each label was decided")


def confusion(
    kind: AnswerType, decisions: Mapping[str, Decision], truth: Mapping[str, Value]
) -> dict[str, Any] | None:
    """Return {"labels", "rows"}: tasks by true label (rows) and decided label (columns); None without few labels."""
    pairs = [
        (truth[task], decisions[task].value) for task in truth if task in decisions
    ]
    labels = sorted({str(label) for pair in pairs for label in pair})
    if kind.name != "choice" or not 1 < len(labels) <= MOST_CONFUSED:
        return None
    counts = Counter((str(true), str(decided)) for true, decided in pairs)
    rows = [[counts[true, decided] for decided in labels] for true in labels]
    return {"labels": [short(label) for label in labels], "rows": rows}


def said(found: Confusion | None) -> dict[str, Any] | None:
    """Return {"labels", "rows"}: per cent of answers (columns) where each label (row) is true; None without few labels."""
    if found is None or not 1 < len(found.classes) <= MOST_CONFUSED:
        return None
    return {
        "labels": [short(str(label)) for label in found.classes],
        "rows": [[round(100 * share) for share in row] for row in found.rows],
    }


def short(text: str, most: int = LONGEST_NAME) -> str:
    """Return a name or sentence that fits on a page, without the signs that a database refuses (NUL) or nobody sees."""
    cut = text if len(text) <= most else f"{text[: most - 1]}…"
    return "".join(
        " " if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in cut
    )


def _labels(labels: Iterable[str], title: str) -> dict[str, Any]:
    counts = sorted(Counter(labels).items(), key=lambda item: (-item[1], item[0]))
    rows: list[list[Any]] = [[short(name), n] for name, n in counts[:LABELS]]
    if rest := counts[LABELS:]:
        rows.append([f"{len(rest)} others", sum(n for _, n in rest)])
    return {"title": title, "rows": rows, "is_ordered": False}


def _numbers(values: list[float], title: str) -> dict[str, Any]:
    low, high = min(values), max(values)
    if low == high:
        return {"title": title, "rows": [[f"{low:g}", len(values)]], "is_ordered": True}
    found = drawing.bins(values, BINS, low, high)
    rows = [[f"{each.low:.4g} to {each.high:.4g}", each.count] for each in found]
    return {"title": title, "rows": rows, "is_ordered": True}
