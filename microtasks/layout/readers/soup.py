"""hOCR's HTML as a tree: tags that nobody closed, entities and all, never more than the limits of markup allow."""

from __future__ import annotations

import codecs
from html.parser import HTMLParser

from microtasks.errors import InvalidInput
from microtasks.layout.markup import Element, Growing, refuse_long

_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
#: What stands in what. Something that opens ends whatever it cannot stand in.
_LEVELS = {
    "ocr_page": 0,
    "ocr_carea": 1,
    "ocrx_block": 1,
    "ocr_par": 2,
    "ocr_line": 3,
    "ocrx_line": 3,
    "ocr_header": 3,
    "ocr_footer": 3,
    "ocr_caption": 3,
    "ocr_textfloat": 3,
    "ocrx_word": 4,
}
PAGES, BLOCKS, PARAGRAPHS, LINES, WORDS = (
    tuple(name for name, its in _LEVELS.items() if its == level) for level in range(5)
)


def parse_html(data: bytes, name: str) -> Element:
    """Return a tree in which each hOCR element is named for its class; raise InvalidInput if it cannot be read."""
    refuse_long(data, name)
    text = _decoded(data, name)
    if "<!ENTITY" in text.upper():
        line = text.upper().partition("<!ENTITY")[0].count("\n") + 1
        raise InvalidInput(
            f"{name}, line {line:,}: entities are not accepted: delete the declarations in <!DOCTYPE ...> and upload the file again"
        )
    soup = _Soup(name)
    soup.feed(text)
    soup.close()
    return soup.tree.root


def _decoded(data: bytes, name: str) -> str:
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidInput(
            f"{name}, line {line:,}: the text is not UTF-8: save the file as UTF-8 and upload it again"
        ) from error


class _Soup(HTMLParser):
    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tree = Growing(name)
        self._tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        attributes = {key: value or "" for key, value in attrs}
        classes = attributes.get("class", "").split()
        kind = next((each for each in classes if each in _LEVELS), "")
        if kind:
            self._leave(_LEVELS[kind])
        self.tree.open(kind or tag, attributes, self.getpos()[0])
        self._tags.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._tags:
            while self._close() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._tags or self._tags[-1] not in {"script", "style"}:
            self.tree.say(data)

    def _close(self) -> str:
        self.tree.close()
        return self._tags.pop()

    def _leave(self, level: int) -> None:
        """End the outermost open element that is of this level or below it, and all in it."""
        for depth, element in enumerate(self.tree.stack[1:]):
            if _LEVELS.get(element.name, -1) >= level:
                while len(self._tags) > depth:
                    self._close()
                return
