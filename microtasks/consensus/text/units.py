"""Cutting a text into the units that are aligned and voted on: words, grapheme clusters, or the line as a whole.

A unit keeps its spelling, white space before it included, so that units put together are the text again. What is
compared is its reading: the word without case and punctuation, so that a comma never costs a word its votes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

from microtasks.consensus.text.clusters import clusters
from microtasks.consensus.text.normal import Rules, folded

#: Scripts that are written without spaces between words: each cluster is a unit of its own.
_UNSPACED = (
    "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff"
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
# A word ends at white space, after a dash or stroke within it, and where a script without spaces begins.
_WORD = re.compile(
    rf"\s*(?:[{_UNSPACED}]+|[^\s{_UNSPACED}‐–—/-]+[‐–—/-]*|[‐–—/-]+)", re.UNICODE
)
_HAS_UNSPACED = re.compile(rf"[{_UNSPACED}]")
# What most texts do not have: scripts without spaces, and pieces without a letter or digit.
_ODD = re.compile(
    rf"[{_UNSPACED}]|(?<![^\s‐–—/-])(?:[^\w\s]|_)+(?![^\s‐–—/-])", re.UNICODE
)

#: What a word may end in and be followed by another one without a gap.
_JOINING = tuple("‐–—/-")

Cutter = Callable[[str], Sequence[str]]


def words(text: str) -> list[str]:
    """Cut into words, each with the white space before it; punctuation that stands alone goes with its neighbour."""
    pieces: list[str] = _WORD.findall(text.rstrip())
    if not _ODD.search(text):
        return pieces
    found: list[str] = []
    for piece in pieces:
        parts = _unspaced(piece) if _HAS_UNSPACED.search(piece) else [piece]
        for part in parts:
            if found and (_is_mute(part) or _is_mute(found[-1])):
                found[-1] += part
            else:
                found.append(part)
    return found


def characters(text: str) -> list[str]:
    """Cut into grapheme clusters, every run of white space being one."""
    return clusters(folded(text))


def whole(text: str) -> list[str]:
    """Leave the text in one piece."""
    return [text]


CUTTERS: dict[str, Cutter] = {
    "words": words,
    "characters": characters,
    "exact": whole,
}


def _unspaced(piece: str) -> list[str]:
    bare = piece.lstrip()
    parts = clusters(bare)
    return [piece[: len(piece) - len(bare)] + parts[0], *parts[1:]]


def parted(units: Sequence[str]) -> list[str]:
    """Give words their gap that came to stand together though each was typed beside another."""
    found = list(units[:1])
    for before, unit in pairwise(units):
        glued = before[-1:] in _JOINING or is_unspaced(before[-1:]) or is_unspaced(unit)
        found.append(unit if glued or unit[0].isspace() else f" {unit}")
    return found


def is_unspaced(unit: str) -> bool:
    """Say whether a unit is of a script that is written without spaces."""
    return bool(_HAS_UNSPACED.match(unit))


@lru_cache(maxsize=1 << 16)
def _is_mute(piece: str) -> bool:
    return not any(sign.isalnum() for sign in piece)


def reading(unit: str, rules: Rules) -> str:
    """Return what units that are read alike share: case and punctuation never part them."""
    return _reading(unit, rules.ignore)


@lru_cache(maxsize=1 << 16)
def _reading(unit: str, ignore: frozenset[str]) -> str:
    loose = Rules(ignore | {"case", "punctuation", "space"}).key(unit)
    return loose or Rules(ignore).key(unit) or unit


def spelling(unit: str, rules: Rules) -> str:
    """Return what units share that count as the same text under these rules, the gap before them included."""
    gap = " " if unit[:1].isspace() and "space" not in rules.ignore else ""
    return gap + rules.key(unit)
