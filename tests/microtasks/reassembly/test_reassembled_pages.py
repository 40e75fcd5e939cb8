"""Pages put back from decided lines: perfect answers give the page again, anything else shows where people were unsure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from microtasks.layout.page import Line, Page, Region, Word, box, rectangle
from microtasks.layout.reading import read
from microtasks.reassembly.pages import Cut, Decided, assembled, laid_out, uncertain
from tests.microtasks.layout.pages import changed, pages, samples

PLACE = rectangle(10, 10, 210, 40)


def perfect(page: Page) -> dict[str, Decided]:
    """What perfect volunteers say of each line, as sure as the page is."""
    return {
        line.id: Decided(
            line.text, line.confidence, tuple(word.confidence for word in line.words)
        )
        for line in page.lines
    }


def with_words_apart(page: Page) -> Page:
    """The page with a space between any two words, none of them empty."""

    def apart(line: Line) -> Line:
        words = tuple(word for word in line.words if word.text)
        text = " ".join(word.text for word in words) if line.words else line.text
        return replace(line, words=words, text=text)

    return changed(page, apart)


def without_text(page: Page) -> Page:
    return changed(page, lambda line: replace(line, text="", words=(), confidence=None))


@settings(max_examples=150, deadline=None)
@given(pages())
def test_a_page_cut_into_lines_and_answered_perfectly_is_the_page(page: Page) -> None:
    page = with_words_apart(page)
    assert assembled(page, perfect(page)) == page


@settings(max_examples=100, deadline=None)
@given(pages())
def test_without_a_machines_words_text_and_confidences_are_the_pages(
    page: Page,
) -> None:
    page = with_words_apart(page)
    found = assembled(without_text(page), perfect(page))
    for line, wanted in zip(found.lines, page.lines, strict=True):
        assert (line.text, line.confidence) == (wanted.text, wanted.confidence)
        said = [(word.text, word.confidence) for word in wanted.words]
        assert [(word.text, word.confidence) for word in line.words] == said
        left, top, right, bottom = box(line.polygon)
        for word in line.words:
            x0, y0, x1, y1 = box(word.polygon)
            assert left <= x0 < x1 <= right
            assert (y0, y1) == (top, bottom)


def test_real_pages_come_back_from_their_lines_alone(shared: Path) -> None:
    for path in samples(shared):
        (page,) = read(path.read_bytes(), path.name).pages
        cuts = [
            Cut(line.id, order, line.polygon, line.baseline, region.id, line.kind)
            for order, (region, line) in enumerate(
                (region, line) for region in page.regions for line in region.lines
            )
        ]
        blank = laid_out(page.width, page.height, reversed(cuts), page.image)
        found = assembled(
            blank, {n: replace(d, words=()) for n, d in perfect(page).items()}
        )
        wanted = [replace(line, words=()) for line in page.lines]
        assert list(found.lines) == wanted
        assert [len(each.lines) for each in found.regions] == [
            len(each.lines) for each in page.regions if each.lines
        ]


def line_of(text: str, *words: Word) -> Page:
    line = Line("l", PLACE, text, words=words)
    return Page(300, 100, (Region("r", PLACE, (line,)),))


def test_nobody_is_taken_to_have_read_what_only_a_machine_read() -> None:
    (line,) = assembled(line_of("machine"), {}).lines
    assert (line.text, line.words, line.confidence) == ("", (), None)


def test_words_that_people_read_otherwise_stand_where_the_machine_saw_them() -> None:
    first, second = Word("tne", PLACE), Word("cat", rectangle(150, 10, 210, 40), 0.2)
    said = {"l": Decided("the  cut", 0.8, (0.99, 0.4))}
    page = assembled(line_of("tne cat", first, second), said)
    (line,) = page.lines
    assert line.text == "the cut"
    assert line.words == (
        Word("the", PLACE, 0.99),
        Word("cut", second.polygon, 0.4),
    )
    assert list(uncertain(page, 0.5)) == [("l", "cut", 0.4)]


def test_words_that_touch_become_one_where_people_read_them_otherwise() -> None:
    parts = [
        Word(text, rectangle(x, 10, x + 50, 40)) for x, text in ((10, "1"), (70, "an"))
    ]
    (line,) = assembled(line_of("1an", *parts), {"l": Decided("l'an", 0.9)}).lines
    assert line.words == (Word("l'an", rectangle(10, 10, 120, 40), 0.9),)


def test_confidences_that_fit_no_words_are_refused() -> None:
    with pytest.raises(ValueError, match="2 words and 1 confidences"):
        assembled(line_of(""), {"l": Decided("two words", 0.9, (0.5,))})
