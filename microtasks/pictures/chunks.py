"""The side chunks of a PNG, looked at before any decoder sees them: a few kilobytes there may unpack to gigabytes."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from microtasks.errors import InvalidInput

MOST_CHUNKS = 1_000_000
MOST_UNPACKED = 4 << 20


def check(path: Path) -> None:
    """Raise InvalidInput if a text or colour chunk of a PNG unpacks to more than 4 MB."""
    with path.open("rb") as file:
        file.seek(8)
        for _ in range(MOST_CHUNKS):
            start = file.read(8)
            if len(start) < 8:
                return
            length, kind = struct.unpack(">I4s", start)
            if kind == b"IEND":
                return
            if kind in {b"zTXt", b"iTXt", b"iCCP"}:
                _check_packed(kind, file.read(length))
                file.seek(4, 1)
            else:
                file.seek(length + 4, 1)
    raise InvalidInput("the PNG is made of far too many chunks: save it again")


def _check_packed(kind: bytes, body: bytes) -> None:
    """Unpack as much of a chunk as is allowed, and refuse it if more would come."""
    if len(body) > MOST_UNPACKED:
        raise _too_large()

    _, _, rest = body.partition(b"\0")
    packed = rest[1:]
    if kind == b"iTXt":
        # One byte says whether the text is packed; after the method stand two names, each ended by a zero.
        if rest[:1] != b"\1":
            return
        packed = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    try:
        size = len(zlib.decompressobj().decompress(packed, MOST_UNPACKED + 1))
    except zlib.error:
        return
    if size > MOST_UNPACKED:
        raise _too_large()


def _too_large() -> InvalidInput:
    return InvalidInput(
        "the PNG carries a text or colour profile that unpacks to more than 4 MB: save it again without"
    )
