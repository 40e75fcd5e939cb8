"""What `flask consensus` says of what it decided: figures for machines, lines and small tables for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from microtasks.consensus.calibration import Calibration
from microtasks.questions import AnswerType, Estimate
from microtasks.scoring import OptionScore, Score

DIGITS = 6
#: Classes whose shares and confusion are printed.
MOST_CLASSES = 20


def tell(
    kind: AnswerType, estimate: Estimate, answers: int, score: Score | None
) -> dict[str, Any]:
    """Return all figures as JSON takes them."""
    flags = Counter(
        word
        for of in estimate.workers.values()
        for word in {flag.word for flag in of.flags}
    )
    told: dict[str, Any] = {
        "tasks": len(estimate.decisions),
        "workers": len(estimate.workers),
        "answers": answers,
        "alpha": _rounded(estimate.alpha),
        "alpha_is": kind.agreement,
        "methods": dict(Counter(d.method for d in estimate.decisions.values())),
        "flags": dict(sorted(flags.items())),
    }
    if estimate.confusion and len(estimate.confusion.classes) <= MOST_CLASSES:
        found = estimate.confusion
        names = [kind.write(each) or "can't tell" for each in found.classes]
        told["shares"] = dict(zip(names, map(_rounded, found.shares), strict=True))
        told["confusion"] = [list(map(_rounded, row)) for row in found.rows]
    return told | (_compared(score) if score else {})


def _compared(score: Score) -> dict[str, Any]:
    told: dict[str, Any] = {
        "accuracy": _rounded(score.accuracy),
        "compared": score.tasks,
        "unanswered": score.unanswered,
    }
    if score.rmse is not None:
        told["rmse"] = _rounded(score.rmse)
    if score.rates is not None:
        told["word_error_rate"] = _rounded(score.rates.words)
        told["character_error_rate"] = _rounded(score.rates.characters)
    if score.marks is not None:
        told |= {"decided_marks": score.marks.decided, "true_marks": score.marks.true}
        told |= {"found_marks": score.marks.found, "f1": _rounded(score.marks.f1)}
    if score.options is not None:
        told["options"] = {name: _option(of) for name, of in score.options.items()}
    if score.calibration is not None:
        told["calibration"] = _calibration(score.calibration)
    return told


def _option(of: OptionScore) -> dict[str, Any]:
    return {
        "tasks": of.tasks,
        "true": of.true,
        "decided": of.decided,
        "precision": _rounded(of.precision),
        "recall": _rounded(of.recall),
        "f1": _rounded(of.f1),
    }


def _calibration(found: Calibration) -> dict[str, Any]:
    return {
        "tasks": found.tasks,
        "error": _rounded(found.error),
        "by_chance": _rounded(found.chance),
        "beyond_chance": _rounded(found.excess),
        "log_loss": _rounded(found.log_loss),
        "brier": _rounded(found.brier),
        "curve": [
            {
                "confidence": _rounded(each.confidence),
                "right": _rounded(each.right),
                "low": _rounded(each.low),
                "high": _rounded(each.high),
                "tasks": each.tasks,
            }
            for each in found.bins
        ],
    }


def lines(told: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is printed for people: a figure a line, then tables."""
    tables = {"shares", "confusion", "options", "calibration", "methods", "flags"}
    for name, value in told.items():
        if name == "alpha_is":
            continue
        if name == "alpha" and "alpha_is" in told:
            yield f"alpha: {_shown(value)} ({told['alpha_is']})"
        elif name not in tables:
            yield f"{name}: {_shown(value)}"
        elif name in {"methods", "flags"}:
            parts = ", ".join(f"{word} {count}" for word, count in value.items())
            yield f"{name}: {parts or 'none'}"
    if "shares" in told:
        yield from _classes(told["shares"], told["confusion"])
    if "options" in told:
        yield "option: precision, recall, F1 (true of tasks)"
        for name, of in told["options"].items():
            figures = ", ".join(_shown(of[each]) for each in ("precision", "recall", "f1"))  # fmt: skip
            yield f"  {name}: {figures} ({of['true']} of {of['tasks']})"
    if "calibration" in told:
        yield from _curve(told["calibration"])


def _classes(shares: Mapping[str, float], rows: list[list[float]]) -> Iterator[str]:
    yield "class: share of tasks; how often each class is said of it, in the same order"
    for (name, share), row in zip(shares.items(), rows, strict=True):
        yield f"  {name}: {share:.3f}; {' '.join(f'{each:.2f}' for each in row)}"


def _curve(found: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"calibration error: {found['error']:.4f}, of which chance would show {found['by_chance']:.4f}"
        f" (log loss {found['log_loss']:.4f}, Brier {found['brier']:.4f})"
    )
    yield "  stated   right   (95 %)          tasks"
    for each in found["curve"]:
        yield (
            f"  {each['confidence']:.3f}    {each['right']:.3f}   "
            f"({each['low']:.3f}-{each['high']:.3f})   {each['tasks']}"
        )


def _shown(value: Any) -> str:
    return "undefined" if value is None else str(value)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
