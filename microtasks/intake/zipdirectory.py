"""The directory of a ZIP, read with suspicion.

The standard library's reader holds a directory of any size in memory, and before Python 3.11.8 unpacks members that
overlap (CVE-2024-0450), so a few kilobytes become gigabytes. This one counts before it keeps, and refuses overlap.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from microtasks.errors import UploadRejected

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")
_ENTRY = struct.Struct("<4s6H3L5H2L")
LOCAL = struct.Struct("<4s5H3L2H")
_IN_EXTRA = 0xFFFFFFFF

INCOMPLETE = "this is no complete ZIP: pack it again and upload it once more"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the directory; every number in it is a claim."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    mode: int


def entries(file: BinaryIO, most: int) -> list[Entry]:
    """Return the directory's lines in its order, or raise UploadRejected if it is broken, too long or a trap."""
    start, size, before = _find(file)
    file.seek(start)
    found = list(_lines(file.read, size, before, most))
    _refuse_overlap(found, start)
    return found


def _find(file: BinaryIO) -> tuple[int, int, int]:
    """Return where the directory starts, its size, and how many bytes stand before the archive."""
    length = file.seek(0, 2)
    tail_at = max(0, length - _END.size - 65_535)
    file.seek(tail_at)
    tail = file.read()
    at = tail.rfind(b"PK\5\6", 0, len(tail) - _END.size + 4)
    if at < 0:
        raise UploadRejected(INCOMPLETE)

    *_, size, offset, _ = _END.unpack_from(tail, at)
    end = tail_at + at
    if at >= _LOCATOR64.size and tail[at - _LOCATOR64.size :].startswith(b"PK\6\7"):
        end, size, offset = _find64(file, end - _LOCATOR64.size)
    before = end - size - offset
    if before < 0:
        raise UploadRejected(INCOMPLETE)
    return end - size, size, before


def _find64(file: BinaryIO, locator: int) -> tuple[int, int, int]:
    """Return where the large end record stands, and the directory's size and offset; it ends at its locator."""
    end = locator - _END64.size
    file.seek(max(0, end))
    raw = file.read(_END64.size)
    if end < 0 or len(raw) < _END64.size or not raw.startswith(b"PK\6\6"):
        raise UploadRejected(INCOMPLETE)
    *_, size, offset = _END64.unpack(raw)
    return end, size, offset


def _lines(
    read: Callable[[int], bytes], size: int, before: int, most: int
) -> Iterator[Entry]:
    count = 0
    while size > 0:
        raw = read(_ENTRY.size)
        if len(raw) < _ENTRY.size or not raw.startswith(b"PK\1\2"):
            raise UploadRejected(INCOMPLETE)
        count += 1
        if count > most:
            raise UploadRejected(
                f"the archive holds more than {most:,} files: split it"
            )

        fields = _ENTRY.unpack(raw)
        flags, method, crc, packed, full = fields[3], fields[4], *fields[7:10]
        lengths = fields[10:13]
        name, extra, comment = (read(length) for length in lengths)
        if len(comment) < lengths[2]:
            raise UploadRejected(INCOMPLETE)
        size -= _ENTRY.size + sum(lengths)

        full, packed, offset = _large(extra, (full, packed, fields[16]))
        yield Entry(
            name, flags, method, crc, packed, full, offset + before, fields[15] >> 16
        )


def _large(extra: bytes, claimed: tuple[int, int, int]) -> list[int]:
    """Return size, packed size and offset, taken from the ZIP64 extra where the short fields overflow."""
    numbers: list[int] = []
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        if kind == 1:
            body = extra[4 : 4 + length]
            numbers = [n for (n,) in struct.iter_unpack("<Q", body[: length // 8 * 8])]
        extra = extra[4 + length :]

    following = iter(numbers)
    return [next(following, n) if n == _IN_EXTRA else n for n in claimed]


def _refuse_overlap(found: list[Entry], directory: int) -> None:
    """Raise UploadRejected if two members share bytes: an honest packer writes each once, a bomb lists it often."""
    ahead = sorted((each.offset, each.packed) for each in found)
    ends = [offset + LOCAL.size + packed for offset, packed in ahead]
    starts = [offset for offset, _ in ahead[1:]] + [directory]
    if any(end > start for end, start in zip(ends, starts, strict=False)):
        raise UploadRejected(
            "files in this archive overlap, as in a ZIP bomb: pack it again"
        )
