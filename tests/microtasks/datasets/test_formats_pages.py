"""Typed lines of pictures, exported as pages: every format says the same lines in the same order and place."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from microtasks.datasets import build
from microtasks.datasets.bundle import SourceRow
from microtasks.datasets.formats import named
from microtasks.errors import InvalidInput
from microtasks.layout.page import Page, box
from microtasks.layout.reading import read
from microtasks.questions.kind import Question
from microtasks.recipe import StagePlan
from microtasks.slicing import Cut, Region
from microtasks.stages import Policy
from tests import bundles
from tests.bundles import ABOUT, NEED, piece, said

TYPED = StagePlan("typed", Cut("lines", {}), Question("text", "Type it"), Policy(1, 3, 0.5))  # fmt: skip
LINES = ["In the beginning", "was the word", "and the word was here"]


@pytest.fixture
def built(tmp_path: Path) -> build.Built:
    """A page of three lines, cut out of order, the last of them in doubt; and a record, which is no page."""
    slices = [
        piece(
            "page-1.png",
            "typed",
            f"l{n}",
            order=n,
            region=Region(10, 100 * n, 400, 50),
            fields=(),
        )
        for n in (2, 0, 1)
    ]
    answers = [
        said(line, f"v{who}", LINES[line.order], who)
        for line in slices
        for who in range(3)
    ]
    answers[0] = said(slices[0], "v0", "and the ward was here")
    slices.append(piece("record", "need"))
    sources = [SourceRow("page-1.png", 500, 400, []), SourceRow("record", None, None, [])]  # fmt: skip
    bundle = bundles.bundle(slices, answers, (NEED, TYPED), (), sources)
    folder = tmp_path / "files"
    folder.mkdir()
    return build.finish(ABOUT, bundles.write(bundle, folder))


def exported(built: build.Built, name: str, out: Path) -> bytes:
    named(name).write(built, out)
    return out.read_bytes()


def only(data: bytes) -> Page:
    (page,) = read(data, "export").pages
    return page


def test_text_has_the_lines_in_reading_order_with_uncertain_words_marked(built, tmp_path):  # fmt: skip
    text = exported(built, "txt", tmp_path / "out").decode()
    lines = text.splitlines()
    assert lines[:2] == LINES[:2]
    assert lines[2].replace("[?]", "") == LINES[2]


@pytest.mark.parametrize("name", ["alto", "hocr"])
def test_formats_of_layout_say_what_stands_where(built, tmp_path, name):
    page = only(exported(built, name, tmp_path / "out"))
    assert (page.width, page.height) == (500, 400)
    assert [line.text for line in page.lines] == LINES
    assert [box(line.polygon) for line in page.lines] == [
        (10, 100 * n, 410, 100 * n + 50) for n in range(3)
    ]


def test_page_xml_is_a_file_for_each_page(built, tmp_path):
    exported(built, "page", tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        (name,) = archive.namelist()
        page = only(archive.read(name))
    assert [line.text for line in page.lines] == LINES
    words = [word for line in page.lines for word in line.words]
    assert min(words, key=lambda word: word.confidence).text == "word"


def test_tei_has_the_title_and_the_lines(built, tmp_path):
    text = exported(built, "tei", tmp_path / "out").decode()
    assert ABOUT.title in text
    assert LINES[0] in text


def test_a_campaign_without_typed_pieces_of_pictures_has_no_pages(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    bundle = bundles.bundle([piece("m1")], [])
    records = build.finish(ABOUT, bundles.write(bundle, folder))
    with pytest.raises(InvalidInput, match="no pages to write"):
        exported(records, "txt", tmp_path / "out")
