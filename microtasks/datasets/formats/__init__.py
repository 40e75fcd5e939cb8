"""The formats of `flask campaign export`: a new one is a new file here and one line in this registry."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from microtasks.datasets.formats import archive, lines, long, pages, wide
from microtasks.datasets.formats.form import Format
from microtasks.errors import InvalidInput

_FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        each.name: each
        for each in (
            archive.FORMAT,
            wide.FORMAT,
            long.FORMAT,
            lines.FORMAT,
            *pages.FORMATS,
        )
    }
)


def formats() -> Mapping[str, Format]:
    """Return every known format by its name."""
    return _FORMATS


def named(name: str) -> Format:
    """Return a format by its name, or raise InvalidInput that lists the known ones."""
    if name not in _FORMATS:
        known = ", ".join(_FORMATS)
        raise InvalidInput(f"`{name}` is no known format; known are {known}", "format")
    return _FORMATS[name]
