"""Markup from strangers as a bounded tree: no document types, no entities, no network, each element with its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from microtasks.errors import InvalidInput

MAX_BYTES = 32 << 20
#: A dense newspaper page has some 30,000.
MAX_ELEMENTS = 250_000
MAX_DEPTH = 64


@dataclass(slots=True)
class Element:
    """One element: its name without namespace, where it begins, and what it holds in order."""

    name: str
    attributes: dict[str, str]
    line: int
    pieces: list[Element | str] = field(default_factory=list)

    def children(self, *names: str) -> Iterator[Element]:
        """Yield the elements right below, of these names if any are given."""
        for piece in self.pieces:
            if isinstance(piece, Element) and (not names or piece.name in names):
                yield piece

    def child(self, name: str) -> Element | None:
        """Return the first element of that name right below."""
        return next(self.children(name), None)

    def below(self, *names: str) -> Iterator[Element]:
        """Yield the elements of these names at any depth, in the order of the file."""
        for each in self.children():
            if each.name in names:
                yield each
            yield from each.below(*names)

    def get(self, name: str) -> str:
        """Return an attribute, or nothing."""
        return self.attributes.get(name, "")

    def said(self) -> str:
        """Return all text inside, tags left out."""
        return "".join(
            piece.said() if isinstance(piece, Element) else piece
            for piece in self.pieces
        )


class Growing:
    """A tree while it grows, within its limits."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root = Element("", {}, 1)
        self.stack = [self.root]
        self._count = 0

    def open(self, name: str, attributes: dict[str, str], line: int) -> None:
        """Begin an element, or raise InvalidInput if there are too many or they stand too deep."""
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise InvalidInput(
                f"{self.name}, line {line:,}: more than {MAX_ELEMENTS:,} elements: give each page a file of its own"
            )
        if len(self.stack) > MAX_DEPTH:
            raise InvalidInput(
                f"{self.name}, line {line:,}: elements stand more than {MAX_DEPTH} deep: no layout needs that, export the file again"
            )
        element = Element(name, attributes, line)
        self.stack[-1].pieces.append(element)
        self.stack.append(element)

    def close(self) -> None:
        """End the innermost element."""
        self.stack.pop()

    def say(self, text: str) -> None:
        """Add text to the innermost element."""
        self.stack[-1].pieces.append(text)


def refuse_long(data: bytes, name: str) -> None:
    """Raise InvalidInput for a file that no page can need."""
    if len(data) > MAX_BYTES:
        raise InvalidInput(
            f"{name}: a layout file may have {MAX_BYTES >> 20} MB, this one is larger: give each page a file of its own"
        )


def parse_xml(data: bytes, name: str) -> Element:
    """Return the root element of an XML file, or raise InvalidInput naming the line and what to do."""
    refuse_long(data, name)
    tree = Growing(name)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse_types(*_: object) -> None:
        raise InvalidInput(
            f"{name}, line {parser.CurrentLineNumber:,}: document types and entities are not accepted: delete the <!DOCTYPE ...> and upload the file again"
        )

    def start(tag: str, attributes: dict[str, str]) -> None:
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        tree.open(tag.rpartition(" ")[2], plain, parser.CurrentLineNumber)

    parser.StartDoctypeDeclHandler = refuse_types
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: tree.close()
    parser.CharacterDataHandler = tree.say
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        line = parser.CurrentLineNumber
        raise InvalidInput(
            f"{name}, line {line:,}: this is no XML that can be read ({error}): export the file again, in UTF-8"
        ) from error
    return next(tree.root.children())
