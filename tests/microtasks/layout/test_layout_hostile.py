"""Layout files from strangers: nothing hangs, nothing swells, nothing is fetched, and every refusal says where and what to do."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from microtasks.errors import InvalidInput
from microtasks.layout import markup
from microtasks.layout.page import Layout, Line, Page, Region, rectangle
from microtasks.layout.readers import reading, soup
from microtasks.layout.reading import read
from microtasks.layout.text import one_line
from microtasks.layout.writers import alto, hocr, tei
from microtasks.layout.writers import page as page_xml
from tests.microtasks.layout.pages import samples

SAYS_WHERE = re.compile(r"^up\.xml(, line [\d,]+)?: .+: \w+", re.DOTALL)
OPEN_PAGE = b"<html><div class='ocr_page' title='bbox 0 0 10 10'>"


def tried(data: bytes) -> Layout | None:
    """The layout, whose outlines all lie in their pages; or None if the file was refused with a good sentence."""
    refusal = ""
    try:
        layout = read(data, "up.xml", (100, 100))
    except InvalidInput as error:
        refusal = str(error)
    if refusal:
        assert SAYS_WHERE.match(refusal), refusal
        assert len(refusal) < 400
        return None
    for page in layout.pages:
        for line in page.lines:
            points = (*line.polygon, *line.baseline)
            assert all(
                0 <= x <= page.width and 0 <= y <= page.height for x, y in points
            )
    return layout


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE alto [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE alto [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE alto SYSTEM "http://example.org/alto.dtd">',
        '<!DOCTYPE alto [<!ENTITY % a SYSTEM "http://example.org/a"> %a;]>',
    ],
)
def test_document_types_and_entities_are_refused_before_anything_is_fetched(
    declared: str,
) -> None:
    data = f"<?xml version='1.0'?>\n{declared}\n<alto><Layout><Page ID='p'/></Layout></alto>"
    with pytest.raises(
        InvalidInput,
        match=r"^up\.xml, line 2: document types and entities are not accepted: delete",
    ):
        read(data.encode(), "up.xml")
    with pytest.raises(
        InvalidInput, match=r"^up\.xml, line 2: entities are not accepted: delete"
    ):
        read(b"<html>\n<!DOCTYPE html [<!entity a 'b'>]>", "up.xml")


def test_depth_number_and_length_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    for tag in (b"<a>", b"<div>"):
        start = b"<alto>" if tag == b"<a>" else OPEN_PAGE
        with pytest.raises(InvalidInput, match="deep"):
            read(start + tag * 100_000, "up.xml")
    monkeypatch.setattr(markup, "MAX_ELEMENTS", 1000)
    monkeypatch.setattr(soup, "MAX_TAGS", 4000)
    for data in (b"<alto>" + b"<a/>" * 2000, OPEN_PAGE + b"<p></p>" * 2000):
        with pytest.raises(InvalidInput, match="more than 1,000 elements"):
            read(data, "up.xml")
    with pytest.raises(InvalidInput, match="more than 4,000 tags"):
        read(OPEN_PAGE + b"</p>" * 5000, "up.xml")
    monkeypatch.setattr(markup, "MAX_BYTES", 1 << 20)
    with pytest.raises(InvalidInput, match="may have 1 MB"):
        read(b"<alto>" + b" " * (1 << 20), "up.xml")


def test_points_of_one_file_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_POINTS", 100)
    points = "1,1 9,9 " * 60
    data = f"<PcGts><Page imageWidth='9' imageHeight='9'><TextRegion><Coords points='{points}'/></TextRegion></Page></PcGts>"
    with pytest.raises(InvalidInput, match="more than 100 points"):
        read(data.encode(), "up.xml")


UNITS = [
    "<",
    "<!--",
    "<!a",
    "<?",
    "<a~",
    "<a~b='",
    '<a~b="',
    "<a~b='\"",
    "&#",
    "<![CDATA[",
    "</",
    "</a~",
    "<script>",
    "<textarea>",
    "<p~a=",
    "&#99999999999999999999",
    "&a",
    "<a~=~",
    "\x00",
    "<p/",
    "<title>",
    "</script",
]


@pytest.mark.parametrize("unit", [unit.replace("~", " ").encode() for unit in UNITS])
def test_no_tag_that_never_ends_is_looked_through_twice(unit: bytes) -> None:
    # With a parser that begins again at each tag, half a megabyte of these takes an hour.
    tried(OPEN_PAGE + unit * ((1 << 19) // len(unit)))
    title = unit.replace(b"'", b"") * 50_000
    tried(OPEN_PAGE + b"<span class=ocr_line title='" + title + b"'>a")


def test_a_real_file_cut_or_scratched_anywhere_is_refused_or_read_in_part(
    shared: Path,
) -> None:
    data = (
        samples(shared)[0]
        .read_bytes()
        .replace(b"4608", b"100")
        .replace(b"3072", b"100")
    )
    assert tried(data) is not None
    read_again = 0
    for at in range(0, len(data), 397):
        assert tried(data[:at]) is None
        scratched = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        read_again += tried(scratched) is not None
    assert read_again > 5


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_attributes_of_any_content_never_break_a_reader(data: st.DataObject) -> None:
    values = st.text(
        st.characters(exclude_categories=["Cs"]), max_size=12
    ) | st.sampled_from(
        [
            "",
            "0",
            "-1",
            "nan",
            "inf",
            "1e99",
            "1_0",
            "٣",
            "0,0 9,9 0,9",
            "1 2 3",
            "1e5 1e5 2 2",
            "bbox 1 2 3 4",
        ]
    )

    def said(*names: str) -> str:
        picked = data.draw(st.lists(st.sampled_from(names), max_size=4, unique=True))
        drawn = ((name, data.draw(values)) for name in picked)
        return " ".join(
            f'{n}="{escape(re.sub("[^ -~À-힣]", "", v))}"' for n, v in drawn
        )

    box = ("HPOS", "VPOS", "WIDTH", "HEIGHT", "ID", "TAGREFS")
    tried(
        f"<alto><Tags><OtherTag {said('ID', 'LABEL')}/></Tags><Layout><Page {said('WIDTH', 'HEIGHT')}><PrintSpace><TextBlock {said(*box)}>"
        f"<TextLine {said(*box, 'BASELINE')}><Shape><Polygon {said('POINTS')}/></Shape><String {said(*box, 'CONTENT', 'WC')}/><SP/>"
        f"<String {said(*box, 'CONTENT', 'SUBS_CONTENT')}/></TextLine></TextBlock></PrintSpace></Page></Layout></alto>".encode()
    )
    tried(
        f"<PcGts><Page {said('imageWidth', 'imageHeight', 'imageFilename')}><TextRegion {said('id', 'custom', 'type')}><Coords {said('points')}/>"
        f"<TextLine {said('id', 'custom', 'index')}><Coords {said('points')}/><Baseline {said('points')}/><Word><Coords {said('points')}/></Word>"
        f"<TextEquiv {said('index', 'conf')}><Unicode>a b</Unicode></TextEquiv></TextLine></TextRegion></Page></PcGts>".encode()
    )
    tried(
        f"<div class='ocr_page' {said('title')}><div class='ocr_carea' {said('title', 'id')}><span class='ocr_line' {said('title')}>"
        f"<b class='ocrx_word' {said('title')}>x</b></span></div></div>".encode()
    )


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=60),
    st.sampled_from(["<alto>", "<PcGts><Page", "<html class='ocr_page'>"]),
)
@example("<a b='", "<html>")
def test_noise_after_a_root_is_refused_or_read(noise: str, root: str) -> None:
    tried(root.encode() + noise.encode("utf-8", "replace"))


def test_bad_files_of_all_kinds_are_refused_with_a_sentence(shared: Path) -> None:
    files = [p for p in (shared / "data" / "badinput").rglob("*") if p.is_file()]
    assert len(files) > 100
    for path in files:
        if path.stat().st_size < 1 << 20:
            data = path.read_bytes()
            tried(data)
            tried(b"<alto>" + data)
            tried(OPEN_PAGE + data)


def test_strings_that_break_other_programs_come_through_as_text(shared: Path) -> None:
    path = shared / "data" / "badinput" / "naughty-strings" / "blns.json"
    texts = [one_line(text) for text in json.loads(path.read_text(encoding="utf-8"))]
    place = rectangle(0, 0, 50, 50)
    lines = tuple(Line(f"l{i}", place, text) for i, text in enumerate(texts))
    whole = Page(100, 100, (Region("r", place, lines),))
    made = datetime(2027, 3, 1, tzinfo=UTC)
    for written in (
        alto.write([whole]),
        hocr.write([whole]),
        page_xml.write(whole, made),
    ):
        (found,) = read(written, "up.xml").pages
        assert [line.text for line in found.lines] == texts
    root = markup.parse_xml(tei.write([whole], "naughty"), "tei")
    assert len(list(root.below("lb"))) == len(texts) > 400
