"""Lines of text: cut in reading order, whole, and each only once; generated pages whose lines are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import ImageDraw

from microtasks.errors import InvalidInput, NothingToCut, RecipeError
from microtasks.slicing import Line, Piece, Region, Subject, looking, slicer
from microtasks.slicing.lines import find, order
from tests.pages import Box, Page, overlap


def found(page: Page) -> list[Box]:
    """The rectangles found on a page, in reading order."""
    return [box_of(line) for line in order.read(find(np.asarray(page.image)))]


def box_of(line: Line) -> Box:
    at = line.region
    return at.x, at.y, at.x + at.width, at.y + at.height


def assert_same_lines(page: Page, least: float = 0.5) -> None:
    """Each written line is found once, in the order of writing, and nothing else."""
    boxes = found(page)
    assert len(boxes) == len(page.boxes)
    for written, seen in zip(page.boxes, boxes, strict=True):
        assert overlap(written, seen) >= least


@pytest.fixture
def letter() -> Page:
    page = Page()
    page.write(500, 120, 600, size=48)
    page.column(150, 300, 1300, lines=24)
    return page


@pytest.fixture
def columns() -> Page:
    page = Page()
    page.write(200, 120, 1200, size=48)
    page.column(120, 260, 640, lines=22)
    page.column(840, 260, 640, lines=22)
    return page


@pytest.mark.parametrize("degrees", [0, 3, -3, 5, -5])
def test_every_line_of_a_page_is_found_however_it_lies(
    letter: Page, degrees: float
) -> None:
    # A line of 1,300 pixels that falls by 5 degrees is 113 pixels higher than its letters: rectangles overlap much.
    assert_same_lines(letter.turned(degrees))


@pytest.mark.parametrize("degrees", [0, 2])
def test_columns_are_read_one_after_another_below_their_title(
    columns: Page, degrees: int
) -> None:
    assert_same_lines(columns.turned(degrees))


def test_from_right_to_left_the_right_column_comes_first(columns: Page) -> None:
    lines = find(np.asarray(columns.image))
    boxes = [box_of(line) for line in order.read(lines, rtl=True)]
    written = [columns.boxes[0], *columns.boxes[23:], *columns.boxes[1:23]]
    assert all(overlap(a, b) > 0.5 for a, b in zip(written, boxes, strict=True))


def test_a_marginal_note_is_lines_of_its_own() -> None:
    page = Page()
    page.column(60, 700, 200, lines=3, size=24, pitch=40)
    page.column(420, 200, 1100, lines=25)
    boxes = found(page)
    for written in page.boxes:
        assert max(overlap(written, seen) for seen in boxes) >= 0.5
    assert len(boxes) == len(page.boxes)


def test_rules_and_the_dark_around_a_page_are_no_lines(letter: Page) -> None:
    draw = ImageDraw.Draw(letter.image)
    draw.rectangle((100, 60, 1500, 2000), outline=20, width=6)
    draw.line((100, 240, 1500, 240), fill=20, width=4)
    draw.line((120, 60, 120, 2000), fill=20, width=4)
    draw.rectangle((0, 0, 40, 2200), fill=3)
    draw.rectangle((0, 2120, 1600, 2200), fill=3)
    assert_same_lines(letter)


def test_cells_of_a_ruled_table_are_cut_apart() -> None:
    page = Page(1600, 1400)
    draw = ImageDraw.Draw(page.image)
    for x in (80, 600, 1100, 1540):
        draw.line((x, 60, x, 1300), fill=20, width=5)
    for x in (100, 620, 1120):
        page.column(x, 100, 400, lines=12, pitch=95)
    assert_same_lines(page)


def test_a_check_mark_a_blot_and_specks_are_no_lines(letter: Page) -> None:
    draw = ImageDraw.Draw(letter.image)
    draw.line((1350, 60, 1375, 110, 1450, 20), fill=20, width=8)
    draw.ellipse((200, 60, 250, 110), fill=20)
    for x in range(150, 1450, 90):
        draw.ellipse((x, 1900 + x % 7 * 20, x + 4, 1904 + x % 7 * 20), fill=20)
    assert_same_lines(letter)


def test_what_shines_through_is_no_line(letter: Page) -> None:
    behind = letter.image.transpose(0).point(lambda v: 225 - (225 - v) // 6)
    before = np.minimum(np.asarray(letter.image), np.asarray(behind))
    boxes = [box_of(line) for line in order.read(find(before))]
    assert len(boxes) == len(letter.boxes)


def test_each_line_has_a_baseline_near_the_foot_of_its_letters(letter: Page) -> None:
    for written, line in zip(
        letter.boxes, order.read(find(np.asarray(letter.image))), strict=True
    ):
        height = written[3] - written[1]
        for x, y in line.baseline:
            assert line.region.x <= x <= line.region.x + line.region.width
            assert written[1] + height * 0.5 < y < written[3] + height * 0.1


def test_two_runs_find_the_same(columns: Page) -> None:
    picture = np.asarray(columns.turned(1.3).image)
    assert find(picture) == find(picture.copy())


@pytest.mark.parametrize("shade", [0, 128, 255])
@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (7, 7), (600, 800)])
def test_a_picture_of_nothing_has_no_lines(size: tuple[int, int], shade: int) -> None:
    assert find(np.full(size, shade, np.uint8)) == ()


def test_noise_stays_inside_the_picture_and_ends() -> None:
    noise = np.random.default_rng(4).integers(0, 256, (700, 900), np.uint8)
    for line in find(noise):
        left, top, right, bottom = box_of(line)
        assert 0 <= left < right <= 900
        assert 0 <= top < bottom <= 700


def test_a_pattern_of_many_thousand_dashes_is_not_read() -> None:
    dash = np.full((14, 24), 255, np.uint8)
    dash[4:9, 6:18] = 0
    assert find(np.tile(dash, (90, 60))) == ()


def test_a_large_picture_is_looked_at_small_and_told_in_its_own_pixels(
    tmp_path: Path,
) -> None:
    page = Page(3200, 3000)
    page.column(300, 300, 2600, lines=16, pitch=150, size=90)
    assert page.width * page.height > 2 * looking.MOST_PIXELS
    path = page.save(tmp_path / "page.png")
    lines = order.read(looking.lines_of(path, page.width, page.height))
    assert len(lines) == 16
    for written, line in zip(page.boxes, lines, strict=True):
        assert overlap(written, box_of(line)) >= 0.5


def test_pieces_are_named_by_their_place_and_share_the_picture() -> None:
    lines = slicer("lines")
    subject = Subject(
        100, 100, lines=(Line(Region(0, 50, 100, 20)), Line(Region(0, 10, 50, 20)))
    )
    pieces = list(lines.cut(subject, lines.check({})))
    assert [(p.name, p.order) for p in pieces] == [("line1", 0), ("line2", 1)]
    assert [p.region.y for p in pieces if p.region] == [10, 50]
    assert [lines.shares(subject, p) for p in pieces] == [
        {"line1": 0.1},
        {"line2": 0.2},
    ]
    assert lines.exposure == 0.2
    assert lines.shares(subject, Piece("x", 0)) == {}


def test_what_cannot_be_cut_into_lines_says_so() -> None:
    lines = slicer("lines")
    with pytest.raises(NothingToCut, match="no lines of text"):
        list(lines.cut(Subject(10, 10, lines=()), {}))
    with pytest.raises(InvalidInput, match="nobody looked"):
        list(lines.cut(Subject(10, 10), {}))
    with pytest.raises(InvalidInput, match="record"):
        list(lines.cut(Subject(fields=("a",)), {}))
    with pytest.raises(RecipeError, match="ltr, rtl"):
        lines.check({"direction": "down"})
