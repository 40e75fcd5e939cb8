"""Formats of layout: what is written is read again as it was, what is carried from one to another stays."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings

from microtasks.layout.page import Page, box
from microtasks.layout.reading import read
from microtasks.layout.writers import alto, hocr
from microtasks.layout.writers import page as page_xml
from tests.microtasks.layout.pages import pages, samples, straight, without

MADE = datetime(2027, 3, 1, 12, tzinfo=UTC)


def again(data: bytes) -> Page:
    """The only page of what was written; nothing of it was lost."""
    layout = read(data, "written")
    assert not layout.notes
    (page,) = layout.pages
    return page


@settings(max_examples=80, deadline=None)
@given(pages())
def test_a_page_written_as_page_xml_is_read_as_it_was(page: Page) -> None:
    page = without(page, whole=True)
    assert again(page_xml.write(page, MADE, doubt=0.5)) == page


@settings(max_examples=80, deadline=None)
@given(pages())
def test_a_page_written_as_alto_is_read_as_it_was(page: Page) -> None:
    page = without(page, sure=True)
    assert again(alto.write([page], doubt=0.5)) == page


@settings(max_examples=80, deadline=None)
@given(pages())
def test_a_page_written_as_hocr_is_read_as_it_was_with_straight_baselines(
    page: Page,
) -> None:
    page = straight(without(page, whole=True))
    assert again(hocr.write([page], doubt=0.5)) == page


@settings(max_examples=60, deadline=None)
@given(pages())
def test_from_page_xml_to_alto_and_back_nothing_moves(page: Page) -> None:
    page = without(page, whole=True, sure=True)
    there = again(alto.write([again(page_xml.write(page, MADE))]))
    assert again(page_xml.write(there, MADE)) == page


@settings(max_examples=50, deadline=None)
@given(pages(), pages())
def test_pages_of_one_file_stay_apart(first: Page, second: Page) -> None:
    both = [straight(without(page, whole=True, sure=True)) for page in (first, second)]
    both = [replace(page, image="book") for page in both]
    for written in (alto.write(both), hocr.write(both)):
        found = read(written, "book").pages
        assert [[r.polygon for r in page.regions] for page in found] == [
            [r.polygon for r in page.regions] for page in both
        ]
        assert [[n.text for n in page.lines] for page in found] == [
            [n.text for n in page.lines] for page in both
        ]
        names = [each.id for page in found for each in (*page.regions, *page.lines)]
        assert len(set(names)) == len(names)


def test_real_files_survive_every_format(shared: Path) -> None:
    assert samples(shared)
    for path in samples(shared):
        page = again(path.read_bytes())
        assert again(page_xml.write(page, MADE)) == page
        assert again(alto.write([page])) == page

        found = again(hocr.write([page]))
        assert [line.text for line in found.lines] == [n.text for n in page.lines]
        assert [line.polygon for line in found.lines] == [n.polygon for n in page.lines]


def test_alto_and_page_xml_of_one_photograph_say_the_same(shared: Path) -> None:
    folder = shared / "data" / "samples" / "court-photos"
    for path in sorted((folder / "alto").glob("*.xml")):
        one = again(path.read_bytes())
        other = again((folder / "page" / path.name).read_bytes())
        assert [(n.id, n.text, n.baseline, n.polygon) for n in one.lines] == [
            (n.id, n.text, n.baseline, n.polygon) for n in other.lines
        ]
        assert sum(len(line.text) for line in one.lines) > 400


def test_real_boxes_are_those_that_the_file_says(shared: Path) -> None:
    for name in ("letters-1905", "register-forms"):
        folder = shared / "data" / "samples" / name
        with (folder / "lines.csv").open(newline="", encoding="utf-8") as file:
            rows = {(row["page"], row["line_id"]): row for row in csv.DictReader(file)}
        found = {
            (path.stem, line.id): line
            for path in folder.glob("*.xml")
            for line in again(path.read_bytes()).lines
        }
        assert found.keys() == rows.keys()
        for key, row in rows.items():
            x, y, width, height = (int(row[side]) for side in ("x", "y", "w", "h"))
            # One line of L-1 is flat in the file; a line is at least a pixel high.
            whole = (x, y, x + max(width, 1), y + max(height, 1))
            assert box(found[key].polygon) == whole
            assert found[key].text == " ".join(row["text"].split())
