"""Which words are marked as uncertain, and how confidences are written."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from microtasks.layout.page import Line


def is_doubtful(confidence: float | None, doubt: float) -> bool:
    """Say whether a confidence is known and below the threshold."""
    return confidence is not None and confidence < doubt


def share(confidence: float | None) -> str | None:
    """Write a confidence 0..1 with up to four digits, or nothing."""
    return None if confidence is None else f"{confidence:.4f}".rstrip("0").rstrip(".")


def spans(line: Line, doubt: float) -> Iterator[tuple[str, float | None]]:
    """Yield the line's text in pieces, each with a confidence if it is doubtful; a space belongs to no doubt."""
    if not line.words:
        sure = line.confidence
        yield line.text, sure if is_doubtful(sure, doubt) else None
        return

    said = [
        (
            spaced,
            word.text,
            word.confidence if is_doubtful(word.confidence, doubt) else None,
        )
        for spaced, word in zip(line.gaps or (), line.words, strict=True)
    ]
    pieces = [
        piece
        for spaced, text, sure in said
        for piece in ((" " if spaced else "", None), (text, sure))
    ]
    for sure, group in groupby(pieces, key=lambda piece: piece[1]):
        yield "".join(text for text, _ in group), sure
