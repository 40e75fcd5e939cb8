"""What tasks with a known text teach: how often each line errs there, and how often a whole crowd errs alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum

from rapidfuzz.distance import Levenshtein

from microtasks.consensus.text.normal import Rules
from microtasks.consensus.text.reading import Read
from microtasks.consensus.text.units import CUTTERS, reading

#: Share of units that everybody may have wrong in the same way (a name all mishear, another way of writing numbers):
#: no agreement among answers shows it. On the two CrowdSpeech crowds it is 0.03, held against books' spelling; less is
#: assumed where nothing is known, and what is known counts against so many units of that.
DOUBT, DOUBT_UNITS = 0.01, 200.0


def wrong_units(
    tasks: Mapping[str, Sequence[str]], known: Mapping[str, str], rules: Rules, way: str
) -> dict[int, float]:
    """Return for each line of a known task, by its place among all lines, how many of its units are wrong."""
    found: dict[int, float] = {}
    line = 0
    for task, texts in tasks.items():
        if task in known:
            true = _read(known[task], rules, way)
            for n, text in enumerate(texts):
                apart = Levenshtein.distance(_read(text, rules, way), true)
                found[line + n] = float(apart)
        line += len(texts)
    return found


def doubt(
    lines: Mapping[str, Read], known: Mapping[str, str], rules: Rules, way: str
) -> float:
    """Return how often a unit is wrong beyond what its probability says, as known tasks show it."""
    both = [(lines[task], known[task]) for task in sorted(known) if task in lines]
    told = [(_read(read.text, rules, way), _read(true, rules, way)) for read, true in both]  # fmt: skip
    wrong = sum(Levenshtein.distance(said, true) for said, true in told)
    units = sum(len(true) for _, true in told)
    expected = fsum(1 - chance for read, _ in both for chance in read.words)
    beyond = max(wrong - expected, 0.0)
    return min((beyond + DOUBT * DOUBT_UNITS) / (units + DOUBT_UNITS), 0.5)


def _read(text: str, rules: Rules, way: str) -> list[str]:
    return [reading(unit, rules) for unit in CUTTERS[way](text)]
