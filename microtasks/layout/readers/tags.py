"""HTML cut into tags and text in one pass, whatever stands there.

Python's own html.parser looks through the rest of the file again for each tag that is not closed: 100 kB of `<a ` hold
it for minutes. Here, as the HTML standard has it, a tag or comment that never ends takes all that follows.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_OPENS = re.compile(r"<(?=[A-Za-z!?/])")
_NAME = re.compile(r"/?[A-Za-z][^\s/>]*")
_ATTRIBUTE = re.compile(
    r"""[\s/]*(?P<name>[^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s>]+)))?"""
)
_END = re.compile(r"[\s/]*(?:(?P<closing>>)|(?P<stray>=)|\Z)")
#: A number too long for any character; to make an integer of it could take long, or fail.
_TOO_LONG = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")
#: What these hold is no markup.
_RAW = {
    name: re.compile(f"</{name}", re.IGNORECASE)
    for name in ("script", "style", "title", "textarea")
}


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag, an end tag (`name` begins with a slash), or text (no name), with the line where it begins."""

    name: str
    line: int
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    closed: bool = False


def tags(text: str) -> Iterator[Tag]:
    """Yield tags and text in the order of the file; comments, declarations and instructions are left out."""
    at, line = 0, 1
    while at < len(text):
        found = _next(text, at)
        tag, end = found
        if tag is not None:
            yield Tag(tag.name, line, tag.text, tag.attributes, tag.closed)
        line += text.count("\n", at, end)
        at = end


def plain(text: str) -> str:
    """Return text with its character references resolved."""
    return html.unescape(_TOO_LONG.sub("\ufffd", text))


def _next(text: str, at: int) -> tuple[Tag | None, int]:
    """Return what stands at a place, if it matters, and where the next begins."""
    if not _OPENS.match(text, at):
        opens = _OPENS.search(text, at)
        end = opens.start() if opens else len(text)
        return Tag("", 0, plain(text[at:end])), end
    if name := _NAME.match(text, at + 1):
        return _tag(text, name)
    if text.startswith("<!--", at):
        return None, _after(text, "-->", at + 4)
    return None, _after(text, ">", at)


def _tag(text: str, name: re.Match[str]) -> tuple[Tag | None, int]:
    attributes: dict[str, str] = {}
    at = name.end()
    while not (end := _END.match(text, at)) or end["stray"]:
        if end:
            at = end.end()
            continue
        one = _ATTRIBUTE.match(text, at)
        if one is None:
            return None, len(text)
        value = one["double"] or one["single"] or one["bare"] or ""
        attributes.setdefault(one["name"].lower(), plain(value))
        at = one.end()
    if not end["closing"]:
        return None, len(text)
    kind = name[0].lower()
    tag = Tag(kind, 0, "", attributes, closed="/" in end[0])
    if kind in _RAW and not tag.closed:
        ends = _RAW[kind].search(text, end.end())
        return tag, ends.start() if ends else len(text)
    return tag, end.end()


def _after(text: str, mark: str, at: int) -> int:
    """Return the place after the next mark, or the end of the text."""
    found = text.find(mark, at)
    return len(text) if found < 0 else found + len(mark)
