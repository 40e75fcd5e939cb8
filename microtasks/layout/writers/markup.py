"""Writes XML: what is opened is closed, what is said is escaped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

#: A name and what it says; None is not written.
Attribute = str | int | float | None


def tag(name: str, /, **attributes: Attribute) -> str:
    """Return a start tag; a last underscore of an attribute's name falls away (`class_`)."""
    said = "".join(
        f' {key.rstrip("_")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{said}>"


def empty(name: str, /, **attributes: Attribute) -> str:
    """Return an element that holds nothing."""
    return tag(name, **attributes)[:-1] + "/>"


def element(name: str, text: str, /, **attributes: Attribute) -> str:
    """Return an element that holds only text."""
    return f"{tag(name, **attributes)}{escape(text, quote=False)}</{name}>"


class Markup:
    """A document that grows line by line, indented."""

    def __init__(self) -> None:
        self._lines = ['<?xml version="1.0" encoding="UTF-8"?>']
        self._depth = 0

    def put(self, text: str) -> None:
        """Add a line of markup."""
        self._lines.append("  " * self._depth + text)

    def leaf(self, name: str, text: str = "", /, **attributes: Attribute) -> None:
        """Add an element that holds only text, or nothing."""
        self.put(
            element(name, text, **attributes) if text else empty(name, **attributes)
        )

    @contextmanager
    def inside(self, name: str, /, **attributes: Attribute) -> Iterator[None]:
        """Add an element and put into it what is added until the end of the block."""
        self.put(tag(name, **attributes))
        self._depth += 1
        yield
        self._depth -= 1
        self.put(f"</{name}>")

    def bytes(self) -> bytes:
        """Return the document in UTF-8."""
        return ("\n".join(self._lines) + "\n").encode()
