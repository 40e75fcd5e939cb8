"""Readers of layout: what each format can say, said by hand, and how much of a broken file is kept."""

from __future__ import annotations

import pytest

from microtasks.errors import InvalidInput
from microtasks.layout.page import Layout, Line, Word, rectangle
from microtasks.layout.reading import Format, format_of, read
from microtasks.layout.writers import plain, tei
from microtasks.layout.writers.doubt import spans

SQUARE = '<Coords points="0,0 50,0 50,20 0,20"/>'


def page_xml(inside: str, year: str = "2013-07-15", size: str = "100") -> Layout:
    return read(
        f'<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/{year}"><Metadata/>'
        f'<Page imageFilename="a b.jpg" imageWidth="{size}" imageHeight="{size}">{inside}</Page></PcGts>'.encode(),
        "letter.xml",
    )


def alto(
    inside: str,
    unit: str = "pixel",
    size: tuple[int, int] | None = None,
    version: int = 4,
    head: str = "",
) -> Layout:
    return read(
        f'<alto xmlns="http://www.loc.gov/standards/alto/ns-v{version}#"><Description>'
        f"<MeasurementUnit>{unit}</MeasurementUnit></Description>{head}"
        f'<Layout><Page ID="p" WIDTH="1000" HEIGHT="1000">{inside}</Page></Layout></alto>'.encode(),
        "letter.xml",
        size,
    )


def block(inside: str, attributes: str = "") -> str:
    return f'<PrintSpace><TextBlock ID="b"><TextLine ID="l" HPOS="0" VPOS="0" WIDTH="500" HEIGHT="50" {attributes}>{inside}</TextLine></TextBlock></PrintSpace>'


def word(content: str, left: int = 0, more: str = "") -> str:
    return f'<String CONTENT="{content}" HPOS="{left}" VPOS="0" WIDTH="90" HEIGHT="50" {more}/>'


def only(layout: Layout) -> Line:
    (page,) = layout.pages
    (line,) = page.lines
    return line


def region(name: str, more: str = "", lines: str = "") -> str:
    return f'<TextRegion id="{name}" {more}>{SQUARE}{lines}</TextRegion>'


def text_line(name: str, text: str, more: str = "") -> str:
    return f'<TextLine id="{name}" {more}>{SQUARE}<TextEquiv><Unicode>{text}</Unicode></TextEquiv></TextLine>'


def test_page_xml_regions_come_in_the_order_that_the_file_names() -> None:
    order = (
        '<ReadingOrder><OrderedGroup id="g"><RegionRefIndexed index="7" regionRef="a"/>'
        '<UnorderedGroupIndexed id="h" index="2"><RegionRef regionRef="c"/></UnorderedGroupIndexed>'
        '<RegionRefIndexed index="1" regionRef="d"/></OrderedGroup></ReadingOrder>'
    )
    (page,) = page_xml(order + "".join(region(name) for name in "abcd")).pages
    assert [each.id for each in page.regions] == ["d", "c", "a", "b"]
    assert page.image == "a b.jpg"


def test_page_xml_lines_come_in_the_order_that_they_name_for_themselves() -> None:
    lines = text_line("x", "2nd", 'custom="readingOrder {index:1;}"')
    lines += text_line("y", "1st", 'custom="readingOrder {index:0;}"')
    (page,) = page_xml(region("a", lines=lines)).pages
    assert [line.text for line in page.lines] == ["1st", "2nd"]


def test_page_xml_reading_with_the_lowest_index_counts() -> None:
    line = (
        f'<TextLine id="l">{SQUARE}<Baseline points="0,15 50,16"/>'
        '<TextEquiv index="1" conf="0.9"><Unicode>other</Unicode></TextEquiv>'
        '<TextEquiv index="0" conf="0.25"><PlainText>no</PlainText><Unicode>main &amp; first</Unicode></TextEquiv></TextLine>'
    )
    found = only(page_xml(region("a", 'custom="structure {type:Col_1;}"', line)))
    assert (found.text, found.confidence) == ("main & first", 0.25)
    assert found.baseline == ((0, 15), (50, 16))


def test_page_xml_tables_and_regions_in_regions_are_read() -> None:
    inner = region("cell", 'type="marginalia"', text_line("l", "in a cell"))
    (page,) = page_xml(f'<TableRegion id="t">{SQUARE}{inner}</TableRegion>').pages
    assert [(each.id, each.kind) for each in page.regions] == [("cell", "marginalia")]
    assert [line.text for line in page.lines] == ["in a cell"]


def test_words_that_do_not_spell_the_line_go_and_are_counted() -> None:
    said = f'<Word id="w">{SQUARE}<TextEquiv><Unicode>old</Unicode></TextEquiv></Word>'
    line = f'<TextLine id="l">{SQUARE}{said}<TextEquiv><Unicode>new</Unicode></TextEquiv></TextLine>'
    layout = page_xml(region("a", lines=line))
    assert (only(layout).text, only(layout).words) == ("new", ())
    assert layout.notes == (
        "letter.xml: left out the words of a line that do not spell its text (1 x, first at line 1)",
    )


@pytest.mark.parametrize(
    "points", ["", "1,2", "5,5 5,9", "a,b c,d", "1,1 2,nan 3,3", "0,0 1e999,3 4,4"]
)
def test_a_line_with_broken_coordinates_is_left_out_and_the_others_stay(
    points: str,
) -> None:
    broken = f'<TextLine id="bad"><Coords points="{points}"/></TextLine>'
    layout = page_xml(region("a", lines=broken + text_line("good", "kept")))
    assert only(layout).text == "kept"
    assert layout.notes == (
        "letter.xml: left out a line without usable coordinates (1 x, first at line 1)",
    )


def test_points_outside_the_picture_are_moved_to_its_edge() -> None:
    line = '<TextLine id="l"><Coords points="-5,-5 500,0 50,2000"/></TextLine>'
    assert only(page_xml(region("a", lines=line))).polygon == (
        (0, 0),
        (100, 0),
        (50, 100),
    )


@pytest.mark.parametrize("version", [2, 3, 4])
def test_alto_words_spaces_and_confidences(version: int) -> None:
    inside = (
        word("Pour", 0, 'WC="0.5"')
        + "<SP/>"
        + word("l'", 100)
        + word("an", 200, 'WC="2"')
    )
    line = only(alto(block(inside, 'BASELINE="40"'), version=version))
    assert line.text == "Pour l'an"
    assert line.words == (
        Word("Pour", rectangle(0, 0, 90, 50), 0.5),
        Word("l'", rectangle(100, 0, 190, 50)),
        Word("an", rectangle(200, 0, 290, 50)),
    )
    assert line.baseline == ((0, 40), (500, 40))


def test_alto_words_without_any_space_element_are_parted() -> None:
    assert only(alto(block(word("two") + word("words", 100)))).text == "two words"


def test_alto_hyphens_belong_to_the_word_before_and_the_whole_word_is_kept() -> None:
    inside = word("trans", 0, 'SUBS_TYPE="HypPart1" SUBS_CONTENT="transcription"')
    line = only(alto(block(inside + '<HYP CONTENT="-"/>', 'BASELINE="0 40 500 45"')))
    assert line.text == "trans-"
    assert [(each.text, each.whole) for each in line.words] == [
        ("trans-", "transcription")
    ]
    assert line.baseline == ((0, 40), (500, 45))


@pytest.mark.parametrize("unit", ["mm10", "inch1200"])
def test_alto_in_millimetres_and_inches_is_laid_over_its_picture(unit: str) -> None:
    line = only(alto(block(word("a")), unit, size=(2500, 2500)))
    assert line.polygon == rectangle(0, 0, 1250, 125)
    with pytest.raises(InvalidInput, match=r"letter\.xml, line 1: .*beside it"):
        alto(block(word("a")), unit)


def test_alto_margins_come_around_the_print_and_named_order_wins() -> None:
    blocks = {
        each: f'<TextBlock ID="{each}" HPOS="0" VPOS="0" WIDTH="9" HEIGHT="9" TAGREFS="t"/>'
        for each in ("top", "bottom", "print")
    }
    inside = (
        f"<TopMargin>{blocks['top']}</TopMargin><BottomMargin>{blocks['bottom']}</BottomMargin>"
        f"<PrintSpace><ComposedBlock>{blocks['print']}</ComposedBlock></PrintSpace>"
    )
    head = '<Tags><OtherTag ID="t" LABEL="Col_1"/></Tags>'
    (page,) = alto(inside, head=head).pages
    assert [each.id for each in page.regions] == ["top", "print", "bottom"]
    assert {each.kind for each in page.regions} == {"Col_1"}
    order = '<ReadingOrder><OrderedGroup ID="o"><ElementRef ID="e" REF="bottom"/></OrderedGroup></ReadingOrder>'
    (page,) = alto(inside, head=order).pages
    assert [each.id for each in page.regions] == ["bottom", "top", "print"]


def test_a_layout_is_scaled_to_its_picture_or_refused_if_it_is_anothers() -> None:
    assert only(alto(block(word("a")), size=(500, 500))).polygon == rectangle(
        0, 0, 250, 25
    )
    with pytest.raises(
        InvalidInput,
        match=r"letter\.xml, line 1: the layout is of a picture of 1000 x 1000",
    ):
        alto(block(word("a")), size=(500, 900))


SOUP = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<HTML><head><title>x < y</title><script>if (a<b) "<span class='ocr_line'>"</script></head><body>
<div class=ocr_page title='image "a;b.png"; bbox 0 0 1000 800'>
<div class='ocr_carea' title="bbox 10 10 900 200"><p class='ocr_par'>
<span class='ocr_line' id=l1 title="bbox 10 10 500 60; baseline 0.01 -8; x_size 30">
 <span class='ocrx_word' title='bbox 10 10 200 60; x_wconf 93'>caf&eacute;</span>
 <span class='ocrx_word' title='bbox 210 10 400 60; x_wconf 7.5'><strong>&amp;<em>co</em></strong>
<span class='ocr_line' title="bbox 10 100 500 160">no words <br> here
<div class=ocr_carea title='bbox 10 300 900 400'><span class=ocr_header title='bbox 10 300 500 360'>Title</span></div>
"""


def test_hocr_is_read_from_tags_that_nobody_closed() -> None:
    (page,) = read(SOUP.encode(), "scan.hocr").pages
    assert (page.width, page.height, page.image) == (1000, 800, "a;b.png")
    first, second, third = page.lines
    assert first.id == "l1"
    assert first.text == "café &co"
    assert [(each.text, each.confidence) for each in first.words] == [
        ("café", 0.93),
        ("&co", 0.075),
    ]
    assert first.baseline == ((10, 52), (500, 57))
    assert (second.text, second.words) == ("no words here", ())
    assert third.text == "Title"
    assert [len(each.lines) for each in page.regions] == [2, 1]


def test_hocr_lines_outside_any_area_are_kept() -> None:
    data = b"<div class='ocr_page' title='bbox 0 0 9 9'><span class='ocr_line' title='bbox 1 1 8 3'>a</span></div>"
    assert only(read(data, "a.hocr")).text == "a"
    with pytest.raises(InvalidInput, match="no ocr_page"):
        read(b"<html><p class='ocr_none'>hello</p></html>", "a.html", (10, 10))


@pytest.mark.parametrize("size", ["", "0", "-5", "1e9", "x"])
def test_a_page_without_a_size_needs_its_picture(size: str) -> None:
    with pytest.raises(InvalidInput, match=r"letter\.xml, line 1"):
        page_xml("", size=size)


def test_formats_are_told_by_content_not_by_name() -> None:
    assert (
        format_of(b"\xef\xbb\xbf<?xml version='1.0'?><!-- c --><a:alto x='1'>")
        is Format.ALTO
    )
    assert format_of("<?xml version='1.0'?><PcGts>".encode("utf-16")) is Format.PAGE
    assert format_of(SOUP.encode()) is Format.HOCR
    assert format_of(b"<TEI>") is None
    assert format_of(b"\x89PNG") is None
    with pytest.raises(InvalidInput, match=r"photo\.jpg: this is no layout file"):
        read(b"\xff\xd8", "photo.jpg")


def test_utf16_and_old_encodings_are_read() -> None:
    text = '<?xml version="1.0" encoding="{}"?><PcGts><Page imageWidth="9" imageHeight="9" imageFilename="é"/></PcGts>'
    for name in ("utf-16", "iso-8859-1", "windows-1252"):
        (page,) = read(text.format(name).encode(name), "a.xml").pages
        assert page.image == "é"


def test_uncertain_words_are_marked_in_text_and_tei() -> None:
    inside = word("sure", 0, 'WC="0.9"') + "<SP/>" + word("so&lt;so", 100, 'WC="0.4"')
    layout = alto(block(inside + "<SP/>" + word("none", 200)))
    assert plain.write(layout.pages) == b"sure so<so none\n"
    assert plain.write(layout.pages, doubt=0.5) == b"sure so<so[?] none\n"
    assert b'sure <unclear cert="0.4">so&lt;so</unclear> none' in tei.write(
        layout.pages, "A", 0.5
    )
    assert "".join(text for text, _ in spans(only(layout), 0.5)) == only(layout).text
