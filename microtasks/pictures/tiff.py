"""Which images of a TIFF are pages: aerial views and scans also carry smaller copies of themselves, and masks."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from microtasks.errors import InvalidInput

MOST_PAGES = 2_000
MOST_IMAGES = 20_000

_SUBFILE_TYPE = 254
_SMALLER_COPY, _MASK = 1, 4


def pages(path: Path) -> list[int]:
    """Return the places, among all images of the file, of those that are pages; at least the first one."""
    with path.open("rb") as file:
        found = [
            n
            for n, kind in enumerate(_kinds(file))
            if not kind & (_SMALLER_COPY | _MASK)
        ]
    if len(found) > MOST_PAGES:
        raise InvalidInput(
            f"the file has {len(found):,} pages; at most {MOST_PAGES:,} are taken: split it"
        )
    return found or [0]


def _kinds(file: BinaryIO) -> Iterator[int]:
    """Yield each image's NewSubfileType, following the chain; where it is torn or a loop, it ends."""
    head = file.read(16)
    order = "<" if head[:2] == b"II" else ">"
    large = head[2:4] in {b"+\0", b"\0+"}
    count, entry, link = ("Q", 20, "Q") if large else ("H", 12, "L")
    at = _number(order + link, head[8:] if large else head[4:])
    seen: set[int] = set()
    while at and at not in seen and len(seen) < MOST_IMAGES:
        seen.add(at)
        file.seek(at)
        entries = _number(order + count, file.read(struct.calcsize(count)))
        tags = file.read(min(entries, 0xFFFF) * entry)
        yield _subfile_type(tags, order, entry)
        at = _number(order + link, file.read(struct.calcsize(link)))


def _subfile_type(tags: bytes, order: str, entry: int) -> int:
    for start in range(0, len(tags) - entry + 1, entry):
        if _number(order + "H", tags[start:]) == _SUBFILE_TYPE:
            return _number(
                order + "L", tags[start + entry - (8 if entry == 20 else 4) :]
            )
    return 0


def _number(form: str, raw: bytes) -> int:
    size = struct.calcsize(form)
    return int(struct.unpack(form, raw[:size])[0]) if len(raw) >= size else 0
