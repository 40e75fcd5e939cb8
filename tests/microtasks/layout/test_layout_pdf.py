"""Searchable PDFs: the text that comes out is the text that went in, and lies where the page has it."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
import pyvips
from hypothesis import example, given, settings
from hypothesis import strategies as st

from microtasks.errors import InvalidInput
from microtasks.layout.page import Line, Page, Region, Word, box, rectangle
from microtasks.layout.pdf.visual import mirrored, runs_right, visual
from microtasks.layout.pdf.write import write
from microtasks.layout.reading import read
from microtasks.layout.text import one_line
from tests.microtasks.layout.pages import samples

FOLDED = "ﬁ"


def is_kept(character: str) -> bool:
    """Whether PDFium hands a character out as it is: not ligatures and other forms, nor signs that it turns alone."""
    same = unicodedata.normalize("NFKC", character) == character
    sign = unicodedata.mirrored(character) and mirrored(character) == character
    return same and not sign and unicodedata.category(character) not in {"Cn", "Co"}


def survives(text: str) -> bool:
    """Whether PDFium can hand the text out.

    Where a line runs from right to left it drops what is past U+FFFF and changes many signs (`…`, `®`): there only
    letters, marks and what is common beside them is promised.
    """
    rights = {"R", "AL", "NSM"}
    return not runs_right(text) or all(
        c <= "\uffff" and (c in MIXED or unicodedata.bidirectional(c) in rights)
        for c in text
    )


KEPT = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cn", "Co"])
MIXED = "אבשׁם ابجد 0123 ١٢ abcXYZ ()[]<>«»“”.,;:-–/+%漢字é 𐤀𝔘😀"
TEXTS = (
    st.text(KEPT.filter(is_kept), max_size=30)
    | st.text(st.sampled_from(MIXED), max_size=30)
).filter(survives)


def pdf(*given_pages: Page, picture: bytes | None = None) -> bytes:
    out = io.BytesIO()
    write([(page, picture) for page in given_pages], out, title="Lettre à שלום")
    return out.getvalue()


def extracted(data: bytes, page: int = 0) -> list[str]:
    """The lines of text that PDFium finds."""
    document = pdfium.PdfDocument(data)
    try:
        text = document[page].get_textpage().get_text_range()
    finally:
        document.close()
    found = (line.strip(" ") for line in text.replace("\r", "").split("\n"))
    return [line for line in found if line]


def page_of(texts: list[str]) -> Page:
    lines = [
        Line(f"l{i}", rectangle(100, 100 + 60 * i, 1100, 140 + 60 * i), one_line(text))
        for i, text in enumerate(texts)
    ]
    around = rectangle(0, 0, 1200, 2000)
    return Page(1200, 2000, (Region("r", around, tuple(lines)),))


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXTS, max_size=6))
@example(["trans-", "cription", "hyphen\u00ad", "next"])
@example(
    ["مرحبا (بالعالم) 123 نص", "שלום [abc] עולם 45", "שָׁלוֹם", "अनुच्छेद", "ไทย", "漢字かな"]
)
def test_text_of_any_script_comes_out_as_it_went_in(texts: list[str]) -> None:
    page = page_of(texts)
    assert extracted(pdf(page)) == [line.text for line in page.lines if line.text]


@st.composite
def placed_lines(draw: st.DrawFn) -> Page:
    """Rows of words at any places along them, in any order, on baselines that climb and fall."""
    lines = []
    for row in range(draw(st.integers(0, 4))):
        top = 200 + 200 * row
        words, text = [], ""
        for said in draw(st.lists(TEXTS.map(lambda t: t.replace(" ", "")), max_size=5)):
            left = draw(st.integers(0, 1100))
            place = rectangle(left, top, left + draw(st.integers(1, 100)), top + 60)
            text += " " * bool(text and said and draw(st.booleans())) + said
            words.append(Word(said, place))
        ends = st.integers(top + 20, top + 80)
        baseline = draw(
            st.just(())
            | st.tuples(st.tuples(st.just(10), ends), st.tuples(st.just(1100), ends))
        )
        around = rectangle(0, top, 1200, top + 60)
        text = text if survives(text) else ""
        words = words if text else []
        lines.append(Line(f"l{row}", around, text, baseline, tuple(words)))
    around = rectangle(0, 0, 1200, 2000)
    return Page(1200, 2000, (Region("r", around, tuple(lines)),))


@settings(max_examples=100, deadline=None)
@given(placed_lines())
def test_the_places_of_words_and_slopes_of_lines_change_no_text(page: Page) -> None:
    assert extracted(pdf(page)) == [line.text for line in page.lines if line.text]


def test_ligatures_are_unfolded_by_who_reads_the_pdf() -> None:
    assert extracted(pdf(page_of([FOLDED]))) == ["fi"]


def test_what_runs_from_right_to_left_is_shown_so_and_brackets_face_about() -> None:
    assert visual("שלום ab לך") == "ךל ab םולש"
    assert visual("גרם 12") == "12 םרג"
    assert visual("abc (d)") == "abc (d)"
    assert visual("(א)") == "(א)"
    assert visual("אב") == "בא"
    assert runs_right("a א")
    assert not runs_right("a 1")


def test_each_word_stands_where_its_box_is() -> None:
    words = tuple(
        Word(text, rectangle(left, 100, left + width, 150))
        for text, left, width in (
            ("Pour", 50, 200),
            ("l'an", 400, 90),
            ("1858", 900, 99),
        )
    )
    line = Line("l", rectangle(50, 100, 999, 150), "Pour l'an 1858", words=words)
    page = Page(1200, 300, (Region("r", line.polygon, (line,)),))
    document = pdfium.PdfDocument(pdf(page))
    text = document[0].get_textpage()
    scale = 72 / 300
    for word in words:
        at = line.text.index(word.text)
        left, bottom, _, top = text.get_charbox(at, loose=True)
        assert left == pytest.approx(box(word.polygon)[0] * scale, abs=1)
        middle = 300 - (top + bottom) / 2 / scale
        assert 100 < middle < 150


def test_real_pages_keep_picture_and_text_and_lose_what_the_camera_wrote(
    shared: Path,
) -> None:
    for path in samples(shared):
        folder = path.parent.parent if path.parent.name == "alto" else path.parent
        picture = (folder / path.name).with_suffix(".jpg")
        if not picture.is_file() or not picture.read_bytes().startswith(b"\xff\xd8"):
            continue
        (page,) = read(path.read_bytes(), path.name).pages
        data = pdf(page, picture=picture.read_bytes())
        assert extracted(data) == [line.text for line in page.lines if line.text]
        assert b"Exif" not in data
        assert len(data) < picture.stat().st_size + 20_000

        shown = pdfium.PdfDocument(data)[0].render(scale=0.25).to_numpy()
        wanted = pyvips.Image.thumbnail(
            str(picture),
            shown.shape[1],
            height=shown.shape[0],
            size="force",
            no_rotate=True,
        ).numpy()[:, :, ::-1]
        assert np.abs(shown.astype(int) - wanted).mean() < 12


def test_a_book_has_all_its_pages_and_one_font() -> None:
    data = pdf(page_of(["first"]), page_of(["second", "last"]))
    assert extracted(data, 0) == ["first"]
    assert extracted(data, 1) == ["second", "last"]
    assert data.count(b"/FontFile2") == 1
    document = pdfium.PdfDocument(data)
    assert document.get_metadata_dict()["Title"] == "Lettre à שלום"


def test_the_same_pages_give_the_same_bytes() -> None:
    page = page_of(["twice", "the same"])
    assert pdf(page) == pdf(page)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x89PNG", b"\xff\xd8", b"\xff\xd8\xff\xe0\0\0", b"\xff\xd8\xff\xda\0\2"],
)
def test_a_picture_that_is_no_whole_jpeg_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput, match="JPEG"):
        pdf(page_of(["a"]), picture=data)
