"""What is written keeps to the schemas: elements in their order, the attributes that must be and no others, names once.

The grammars below are our own reading of ALTO 4.2, PAGE 2019-07-15, hOCR 1.2 and TEI P5, as far as we write them.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings

from microtasks.layout.page import Page
from microtasks.layout.reading import read
from microtasks.layout.writers import alto, hocr, tei
from microtasks.layout.writers import page as page_xml
from tests.microtasks.layout.pages import pages, samples

MADE = datetime(2027, 3, 1, 12, tzinfo=UTC)

#: For each element: the order of what it holds, and its attributes (`!` those that must be).
Grammar = dict[str, tuple[str, str]]

BOX = "HPOS VPOS WIDTH HEIGHT"
ALTO: Grammar = {
    "alto": ("Description Tags? Layout", "schemaLocation"),
    "Description": ("MeasurementUnit sourceImageInformation?", ""),
    "MeasurementUnit": ("", ""),
    "sourceImageInformation": ("fileName", ""),
    "fileName": ("", ""),
    "Tags": ("OtherTag*", ""),
    "OtherTag": ("", "ID! LABEL!"),
    "Layout": ("Page+", ""),
    "Page": ("PrintSpace", "ID! PHYSICAL_IMG_NR! WIDTH HEIGHT"),
    "PrintSpace": ("TextBlock*", BOX),
    "TextBlock": ("Shape? TextLine*", f"ID! TAGREFS {BOX}"),
    "TextLine": ("Shape? ( String SP? )+ HYP?", f"ID TAGREFS BASELINE {BOX}"),
    "Shape": ("Polygon", ""),
    "Polygon": ("", "POINTS!"),
    "String": ("Shape?", f"CONTENT! SUBS_TYPE SUBS_CONTENT WC TAGREFS {BOX}"),
    "SP": ("", ""),
    "HYP": ("", "CONTENT!"),
}
PAGE: Grammar = {
    "PcGts": ("Metadata Page", "schemaLocation"),
    "Metadata": ("Creator Created LastChange", ""),
    "Creator": ("", ""),
    "Created": ("", ""),
    "LastChange": ("", ""),
    "Page": (
        "ReadingOrder? TextRegion*",
        "imageFilename! imageWidth! imageHeight!",
    ),
    "ReadingOrder": ("OrderedGroup", ""),
    "OrderedGroup": ("RegionRefIndexed+", "id!"),
    "RegionRefIndexed": ("", "index! regionRef!"),
    "TextRegion": ("Coords TextLine*", "id! type custom"),
    "TextLine": ("Coords Baseline? Word* TextEquiv", "id! custom"),
    "Word": ("Coords TextEquiv", "id! custom"),
    "Coords": ("", "points!"),
    "Baseline": ("", "points!"),
    "TextEquiv": ("Unicode", "conf"),
    "Unicode": ("", ""),
}
HOCR: Grammar = {
    "html": ("head body", ""),
    "head": ("title meta+", ""),
    "title": ("", ""),
    "meta": ("", "charset name content"),
    "body": ("div+", ""),
    "div": ("( div* | span* )", "class! id title! data-kind"),
    "span": ("span*", "class! id title! style data-kind"),
}
TEI: Grammar = {
    "TEI": ("teiHeader facsimile text", ""),
    "teiHeader": ("fileDesc", ""),
    "fileDesc": ("titleStmt publicationStmt sourceDesc", ""),
    "titleStmt": ("title", ""),
    "title": ("", ""),
    "publicationStmt": ("p", ""),
    "sourceDesc": ("p", ""),
    "p": ("", ""),
    "facsimile": ("surface+", ""),
    "surface": ("graphic? zone*", "id! ulx uly lrx lry"),
    "graphic": ("", "url!"),
    "zone": ("zone*", "id! points!"),
    "text": ("body", ""),
    "body": ("( pb ab* )+", ""),
    "pb": ("", "n facs"),
    "ab": ("( lb unclear* )*", "facs"),
    "lb": ("", "facs"),
    "unclear": ("", "cert"),
}
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")
POINTS = re.compile(r"([0-9]+,[0-9]+ )+([0-9]+,[0-9]+)")


def plain(name: str) -> str:
    return name.rpartition("}")[2]


def keeps(data: bytes, grammar: Grammar) -> ET.Element:
    """The document's root, after every element was held against the grammar and every name and reference looked up."""
    root = ET.fromstring(data)
    names = [value for _, key, value in attributes(root) if key in {"id", "ID"}]
    assert len(names) == len(set(names))
    assert all(NAME.fullmatch(name) for name in names)
    for element in root.iter():
        order, allowed = grammar[plain(element.tag)]
        model = re.sub("([A-Za-z]+)", r"(?:\1,)", order)
        held = "".join(f"{plain(each.tag)}," for each in element)
        assert re.fullmatch(model, held, re.VERBOSE), (element.tag, held)
        known = {each.rstrip("!") for each in allowed.split()}
        said = {plain(key) for key in element.attrib}
        assert said <= known, (element.tag, said)
        assert {each[:-1] for each in allowed.split() if each.endswith("!")} <= said
    for _, key, value in attributes(root):
        if key in {"TAGREFS", "regionRef", "facs"}:
            assert all(each.lstrip("#") in names for each in value.split())
        if key in {"conf", "WC", "cert"}:
            assert 0 <= float(value) <= 1
        if key == "points":
            assert POINTS.fullmatch(value)
    return root


def attributes(root: ET.Element) -> Iterator[tuple[str, str, str]]:
    for element in root.iter():
        for key, value in element.attrib.items():
            yield plain(element.tag), plain(key), value


@settings(max_examples=50, deadline=None)
@given(pages(), pages())
def test_generated_pages_keep_to_the_schemas(first: Page, second: Page) -> None:
    keeps(alto.write([first, second], doubt=0.5), ALTO)
    keeps(page_xml.write(first, MADE, doubt=0.5), PAGE)
    keeps(hocr.write([first, second], doubt=0.5), HOCR)
    keeps(tei.write([first, second], "Letters", doubt=0.5), TEI)


def test_real_pages_keep_to_the_schemas(shared: Path) -> None:
    for path in samples(shared):
        (page,) = read(path.read_bytes(), path.name).pages
        keeps(alto.write([page]), ALTO)
        keeps(page_xml.write(page, MADE), PAGE)
        keeps(hocr.write([page]), HOCR)
        root = keeps(tei.write([page], path.stem), TEI)
        lines = "".join(root.itertext())
        assert all(line.text in lines for line in page.lines)
        count = sum(plain(each.tag) == "lb" for each in root.iter())
        assert count == len(list(page.lines))
