"""The order in which a PDF shows characters: left to right on the paper, also those of scripts that run right to left.

Programs that take text out of a PDF turn runs from right to left back into reading order. There is no rule for it
that all follow; this is the inverse of what PDFium (and so Chrome) does, which is the Unicode algorithm without its
finer points: a line is cut into runs by direction, and each run is turned as a whole.
"""

from __future__ import annotations

import unicodedata
from itertools import groupby

_RIGHT = frozenset({"R", "AL"})
_WEAK = frozenset({"EN", "AN", "NSM", "CS", "ES", "ET", "BN"})
#: Unicode does not mirror these, PDFium does.
_QUOTES = frozenset("‘’“”")
_SIDES = (("LEFT", "RIGHT"), ("LESS-THAN", "GREATER-THAN"))


def runs_right(text: str) -> bool:
    """Say whether anything in the text runs from right to left."""
    return any(_direction(character) == "right" for character in text)


def ended(text: str) -> str:
    """Return a line as it stands on paper with a line feed where its taking out ends or begins.

    In a line that runs to the right as a whole, the feed stands last on paper: so no hyphen there joins two lines.
    """
    if _is_turned(_runs(text)):
        return visual(text) + "\n"
    return visual(text + "\n")


def visual(text: str) -> str:
    """Return the characters of one line as they stand on paper from left to right."""
    runs = _runs(text)
    turning = whole = _is_turned(runs)
    shown = []
    for way, run in runs:
        turning = way == "right" or (turning and way != "left")
        turned = way == "right" or (turning and way == "neutral")
        shown.append("".join(map(mirrored, reversed(run))) if turned else run)
    return "".join(reversed(shown) if whole else shown)


def _runs(text: str) -> list[tuple[str, str]]:
    return [(way, "".join(group)) for way, group in groupby(text, _direction)]


def _is_turned(runs: list[tuple[str, str]]) -> bool:
    """Say whether a line runs from right to left as a whole: it has more such runs than the other sort."""
    ways = [way for way, _ in runs]
    return ways.count("right") > ways.count("left")


def mirrored(character: str) -> str:
    """Return the bracket that faces the other way, for a bracket; anything else as it is."""
    if not (unicodedata.mirrored(character) or character in _QUOTES):
        return character
    name = unicodedata.name(character)
    for one, other in _SIDES:
        swapped = name.replace(one, "\0").replace(other, one).replace("\0", other)
        if swapped != name:
            try:
                return unicodedata.lookup(swapped)
            except KeyError:
                return character
    return character


def _direction(character: str) -> str:
    """Return right, left, weak or neutral; past the first 65,536 characters PDFium knows no direction."""
    kind = unicodedata.bidirectional(character) if character < "\U00010000" else ""
    if kind in _RIGHT:
        return "right"
    if kind in _WEAK:
        return "weak"
    return "left" if kind == "L" else "neutral"
