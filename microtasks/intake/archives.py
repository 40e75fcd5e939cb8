"""ZIP archives: members are streamed out one by one under names of ours, and each claim of theirs is checked."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from microtasks.errors import InvalidInput, UploadRejected
from microtasks.intake import names, zipdirectory
from microtasks.intake.limits import Limits
from microtasks.intake.members import Member, Refused
from microtasks.intake.zipdirectory import Entry

_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 0x1
_CHUNK = 1 << 16
_SMALL = 1 << 20
DAMAGED = "it is damaged inside the archive: pack the archive again"


class Packed(Member):
    """A file inside an archive."""

    def __init__(self, file: BinaryIO, entry: Entry, name: str) -> None:
        self._file, self._entry, self.name = file, entry, name

    def head(self, length: int) -> bytes:
        """Return the first bytes, unpacking no more than a little."""
        found = b""
        for chunk in _stream(self._file, self._entry):
            found += chunk
            if len(found) >= length:
                break
        return found[:length]

    def copy(self, to: Path) -> None:
        """Unpack the whole file there; size and checksum must be what the directory says."""
        with to.open("wb") as out:
            for chunk in _stream(self._file, self._entry):
                out.write(chunk)


def members(file: BinaryIO, limits: Limits, prefix: str = "") -> list[Member | Refused]:
    """Return the archive's files in its order, each usable or with its reason; folders are no files."""
    entries = zipdirectory.entries(file, limits.max_members)
    found: list[Member | Refused] = []
    places: dict[str, int] = {}
    links: set[str] = set()
    total = 0
    for entry in entries:
        raw = _decoded(entry)
        name = prefix + names.shown(raw.replace("\\", "/"))
        try:
            path = _checked(entry, raw, links, limits)
        except InvalidInput as refusal:
            found.append(Refused(name, str(refusal)))
            continue
        if path.endswith("/"):
            continue

        if path in places:
            found[places[path]] = Refused(
                name, "a later file in the archive has the same name: that one is used"
            )
        places[path] = len(found)
        found.append(Packed(file, entry, name))
        total += entry.size

    if total > limits.max_total_bytes:
        raise UploadRejected(
            f"the archive unpacks to {total:,} bytes; at most {limits.max_total_bytes:,} are taken: split it"
        )
    return found


def _decoded(entry: Entry) -> str:
    """Return the name: UTF-8 if it is that, flagged or not, since many packers forget the flag."""
    try:
        return entry.name.decode("utf-8")
    except UnicodeDecodeError:
        return entry.name.decode("cp437")


def _checked(entry: Entry, raw: str, links: set[str], limits: Limits) -> str:
    try:
        path = names.check_member(raw, entry.mode)
    except InvalidInput:
        links.add(raw.rstrip("/") + "/")
        raise
    if links and _parents(path) & links:
        raise InvalidInput(
            "it lies behind a link or a refused folder: pack the folder itself"
        )
    if path.endswith("/"):
        return path

    if entry.flags & _ENCRYPTED:
        raise InvalidInput("it is locked with a password: pack it without")
    if entry.method not in {_STORED, _DEFLATED}:
        raise InvalidInput(
            "it is packed by an unusual method: pack the archive again as an ordinary ZIP"
        )
    if entry.size == 0:
        raise InvalidInput("the file is empty")
    if entry.size > limits.max_member_bytes:
        raise InvalidInput(
            f"it unpacks to {entry.size:,} bytes; at most {limits.max_member_bytes:,} are taken"
        )
    if entry.size > max(_SMALL, entry.packed * limits.max_ratio):
        raise InvalidInput(
            f"it unpacks to more than {limits.max_ratio} times its packed size, as ZIP bombs do: upload it by itself"
        )
    return path


def _parents(path: str) -> set[str]:
    return {path[: at + 1] for at, letter in enumerate(path) if letter == "/"}


def _stream(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """Yield the unpacked bytes; raise InvalidInput as soon as they differ from what the directory says."""
    _go_to(file, entry)
    size = crc = 0
    for chunk in _unpacked(file, entry.packed, entry.method == _DEFLATED):
        size += len(chunk)
        crc = zlib.crc32(chunk, crc)
        if size > entry.size:
            raise InvalidInput(
                f"it unpacks to more than the {entry.size:,} bytes that it says"
            )
        yield chunk

    if size != entry.size or crc != entry.crc:
        raise InvalidInput(DAMAGED)


def _go_to(file: BinaryIO, entry: Entry) -> None:
    file.seek(entry.offset)
    raw = file.read(zipdirectory.LOCAL.size)
    if len(raw) < zipdirectory.LOCAL.size or not raw.startswith(b"PK\3\4"):
        raise InvalidInput(DAMAGED)
    *_, name_length, extra_length = zipdirectory.LOCAL.unpack(raw)
    if file.read(name_length) != entry.name:
        raise InvalidInput("the archive gives it two names: pack the archive again")
    file.seek(extra_length, 1)


def _unpacked(file: BinaryIO, left: int, deflated: bool) -> Iterator[bytes]:
    """Yield pieces of bounded size; another member may be read from the same file between two of them."""
    unpacker = zlib.decompressobj(-15)
    at = file.tell()
    while left > 0:
        file.seek(at)
        packed = file.read(min(_CHUNK, left))
        if not packed:
            return
        at, left = at + len(packed), left - len(packed)
        if not deflated:
            yield packed
            continue
        while packed:
            try:
                yield unpacker.decompress(packed, _CHUNK)
            except zlib.error as error:
                raise InvalidInput(DAMAGED) from error
            packed = unpacker.unconsumed_tail
    if deflated:
        yield unpacker.flush()
