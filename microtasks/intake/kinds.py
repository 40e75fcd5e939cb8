"""Which reader a file goes to: its name says what somebody meant it to be, its first bytes must not contradict."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePosixPath

from microtasks import pictures
from microtasks.errors import InvalidInput
from microtasks.pictures.kinds import PDF, TIFF

HEAD = 512

WANTED = "use JPEG, PNG, WebP, TIFF or PDF for pictures, CSV, TSV, JSONL, XLSX or ODS for records, or a ZIP of them"


class Kind(StrEnum):
    """What intake can read."""

    PICTURE = "picture"
    PAGES = "pages"
    DELIMITED = "delimited"
    LINES = "lines"
    SHEET = "sheet"
    ARCHIVE = "archive"


#: Kinds that hold records.
TABLES = frozenset({Kind.DELIMITED, Kind.LINES, Kind.SHEET})
#: Kinds that hold pictures: one, or one on each page.
PICTURES = frozenset({Kind.PICTURE, Kind.PAGES})

_NAMES = {
    Kind.DELIMITED: ".csv .tsv .tab",
    Kind.LINES: ".jsonl .ndjson .json",
    Kind.SHEET: ".xlsx .ods",
    Kind.ARCHIVE: ".zip",
    Kind.PAGES: ".tif .tiff .pdf",
    # What only looks like a picture is sent there as well, for its refusal to say what it is.
    Kind.PICTURE: ".jpg .jpeg .jpe .png .webp .gif .bmp .svg .heic .avif .psd .eps .ico",
}
_BY_SUFFIX = {
    suffix: kind for kind, listed in _NAMES.items() for suffix in listed.split()
}
_MARKUP = (b"<html", b"<!doctype", b"<?xml", b"<svg")
_ZIPPED = (b"PK\3\4", b"PK\5\6")


def by_name(name: str) -> Kind | None:
    """Return what the name says that the file is, if it says anything."""
    return _BY_SUFFIX.get(PurePosixPath(name).suffix.lower())


def by_content(head: bytes) -> Kind:
    """Return what a file without a telling name is, or raise InvalidInput."""
    if mime := pictures.kind_of(head):
        return Kind.PAGES if mime in {TIFF, PDF} else Kind.PICTURE
    if head.startswith(_ZIPPED):
        return Kind.ARCHIVE
    raise InvalidInput(f"this is neither a picture nor a table: {WANTED}")


def check(kind: Kind, head: bytes) -> None:
    """Raise InvalidInput if a file's first bytes show that it is not of the kind that its name says."""
    if not head:
        raise InvalidInput("the file is empty")
    zipped = head.startswith(_ZIPPED)
    if kind == Kind.SHEET and not zipped:
        raise InvalidInput("this is no spreadsheet: save it again as XLSX or CSV")
    if kind not in {Kind.DELIMITED, Kind.LINES}:
        return

    if zipped:
        raise InvalidInput(
            "this is a spreadsheet or ZIP under the name of a text table: give it its own ending, or save it as CSV"
        )
    if pictures.kind_of(head) or head.lstrip().lower().startswith(_MARKUP):
        raise InvalidInput("this is no table: save it as CSV (UTF-8)")
