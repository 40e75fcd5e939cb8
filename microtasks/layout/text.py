"""The text of a line as every format can hold it: on one line, single spaces, no characters that XML forbids."""

from __future__ import annotations

import re
from collections.abc import Sequence

# What str.splitlines() breaks at, and the white space of XML; other spaces (no-break, ideographic) are text.
_SPACES = re.compile("[\t\n\v\f\r \x1c-\x1e\x85\u2028\u2029]+")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]")
_NO_CHARACTERS = re.compile("[\ud800-\udfff\ufffe\uffff]")


def one_line(text: str) -> str:
    """Return the text without control characters, each run of white space one space, none at the ends.

    Halves of surrogate pairs and the two code points that are no characters become U+FFFD.
    """
    text = _NO_CHARACTERS.sub("\ufffd", _CONTROLS.sub("", text))
    return _SPACES.sub(" ", text).strip(" ")


def gaps(text: str, words: Sequence[str]) -> tuple[bool, ...] | None:
    """Say for each word whether a space stands before it in the text; None if the words do not spell the text."""
    at = 0
    found = []
    for word in words:
        spaced = bool(word) and text.startswith(" ", at)
        at += spaced
        if not text.startswith(word, at):
            return None
        at += len(word)
        found.append(spaced)
    return tuple(found) if at == len(text) else None


def spelled(words: Sequence[str]) -> str:
    """Return the text of words between which nothing says where spaces stand: one between any two."""
    return " ".join(word for word in words if word)
