"""Decided lines put back into their page: what people agreed on, where the layout has it, each word as sure as they were."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby

from microtasks.layout.page import Line, Page, Polygon, Region, Word, box, rectangle
from microtasks.layout.text import one_line


@dataclass(frozen=True, slots=True)
class Cut:
    """A line as it was cut out of a page: its slice's name, its place in reading order, its outline in source pixels.

    Lines of one `group` that follow each other are one region; `kind` is what the layout called the line.
    """

    name: str
    order: int
    polygon: Polygon
    baseline: Polygon = ()
    group: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a line was decided to say, how sure that is (0..1), and for each word between spaces how sure it is.

    `words` is empty where consensus gave the line one confidence only.
    """

    text: str
    confidence: float | None = None
    words: tuple[float | None, ...] = ()


def laid_out(width: int, height: int, cuts: Iterable[Cut], image: str = "") -> Page:
    """Return the page that lines were cut from, in reading order and without text, where no layout file tells it."""
    regions = []
    ordered = sorted(cuts, key=lambda cut: (cut.order, cut.name))
    for number, (_, group) in enumerate(groupby(ordered, lambda cut: cut.group), 1):
        lines = tuple(
            Line(cut.name, cut.polygon, baseline=cut.baseline, kind=cut.kind)
            for cut in group
        )
        around = box(tuple(point for line in lines for point in line.polygon))
        regions.append(Region(f"region{number}", rectangle(*around), lines))
    return Page(width, height, tuple(regions), image)


def assembled(layout: Page, decided: Mapping[str, Decided]) -> Page:
    """Return the page with each line saying what was decided of the slice of its name, and nothing where nothing was.

    A machine's reading in the layout never stands in for people's; it lends the places of its words, as long as
    people read as many. Otherwise words that have confidences are given their share of the line's box by length.
    """
    regions = tuple(
        replace(
            region,
            lines=tuple(_filled(line, decided.get(line.id)) for line in region.lines),
        )
        for region in layout.regions
    )
    return replace(layout, regions=regions)


def uncertain(page: Page, doubt: float) -> Iterator[tuple[str, str, float]]:
    """Yield line, word and confidence of each word that is less sure than `doubt`, in reading order; for reviewers."""
    for line in page.lines:
        for word in line.words:
            if word.confidence is not None and word.confidence < doubt:
                yield line.id, word.text, word.confidence


def _filled(line: Line, said: Decided | None) -> Line:
    if said is None:
        return replace(line, text="", words=(), confidence=None)
    text = one_line(said.text)
    parts = text.split(" ") if text else []
    sure = said.words or (said.confidence,) * len(parts)
    if len(sure) != len(parts):
        raise ValueError(
            f"line {line.id}: {len(parts)} words and {len(sure)} confidences"
        )
    words: tuple[Word, ...] = ()
    if line.words and _runs(line) == len(parts):
        words = _placed(line, text, parts, sure)
    elif said.words:
        words = _shared(line, parts, sure)
    return replace(line, text=text, words=words, confidence=said.confidence)


def _runs(line: Line) -> int:
    """Return how many words between spaces the layout's words make."""
    return 1 + sum(line.gaps or ())


def _placed(
    line: Line, text: str, parts: Sequence[str], sure: Sequence[float | None]
) -> tuple[Word, ...]:
    """Give people's words the places of the layout's; words that touch become one unless people read the same."""
    runs = list(accumulate((int(spaced) for spaced in line.gaps or ()), initial=0))[1:]
    if text == line.text:
        return tuple(
            replace(word, confidence=sure[run])
            for word, run in zip(line.words, runs, strict=True)
        )
    places: list[list[Word]] = [[] for _ in parts]
    for word, run in zip(line.words, runs, strict=True):
        places[run].append(word)
    return tuple(
        Word(part, _around(held), confidence)
        for part, held, confidence in zip(parts, places, sure, strict=True)
    )


def _around(words: Sequence[Word]) -> Polygon:
    if len(words) == 1:
        return words[0].polygon
    return rectangle(*box(tuple(point for word in words for point in word.polygon)))


def _shared(
    line: Line, parts: Sequence[str], sure: Sequence[float | None]
) -> tuple[Word, ...]:
    """Share a line's box out among words by their length, a space between any two."""
    left, top, right, bottom = box(line.polygon)
    whole = sum(map(len, parts)) + len(parts) - 1
    ends = list(accumulate(len(part) + 1 for part in parts))
    words = []
    for part, end, confidence in zip(parts, ends, sure, strict=True):
        begin = end - len(part) - 1
        x0 = min(left + (right - left) * begin // whole, right - 1)
        x1 = max(left + (right - left) * (end - 1) // whole, x0 + 1)
        words.append(Word(part, rectangle(x0, top, x1, bottom), confidence))
    return tuple(words)
