"""hOCR's HTML as a tree: tags that nobody closed, entities and all, never more than the limits of markup allow."""

from __future__ import annotations

import codecs

from microtasks.errors import InvalidInput
from microtasks.layout.markup import MAX_ELEMENTS, Element, Growing, refuse_long
from microtasks.layout.readers.tags import Tag, tags

#: Start tags, end tags and texts between them.
MAX_TAGS = 4 * MAX_ELEMENTS
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
    for count, tag in enumerate(tags(text)):
        if count > MAX_TAGS:
            raise InvalidInput(
                f"{name}, line {tag.line:,}: more than {MAX_TAGS:,} tags: give each page a file of its own"
            )
        soup.take(tag)
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


class _Soup:
    def __init__(self, name: str) -> None:
        self.tree = Growing(name)
        self._tags: list[str] = []

    def take(self, tag: Tag) -> None:
        """Add the next tag or text."""
        if not tag.name:
            self.tree.say(tag.text)
        elif tag.name.startswith("/"):
            self._end(tag.name[1:])
        elif tag.name not in _VOID:
            self._start(tag)
            if tag.closed:
                self._close()

    def _start(self, tag: Tag) -> None:
        classes = tag.attributes.get("class", "").split()
        kind = next((each for each in classes if each in _LEVELS), "")
        if kind:
            self._leave(_LEVELS[kind])
        self.tree.open(kind or tag.name, tag.attributes, tag.line)
        self._tags.append(tag.name)

    def _end(self, name: str) -> None:
        if name in self._tags:
            while self._close() != name:
                pass

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
