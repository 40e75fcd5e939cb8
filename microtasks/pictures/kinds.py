"""What a file is, by its first bytes and never by its name: a false name must not choose the decoder."""

from __future__ import annotations

from pathlib import Path

from microtasks.errors import InvalidInput

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
TIFF, PDF = "image/tiff", "application/pdf"

#: The names a picture may bear. The three kinds of the web open with the same care and are often misnamed, so
#: they may swap names; TIFF and PDF may not pose as anything else.
WEB_NAMES = frozenset({".jpg", ".jpeg", ".jpe", ".png", ".webp"})
TIFF_NAMES = frozenset({".tif", ".tiff"})
PDF_NAMES = frozenset({".pdf"})
NAMES = WEB_NAMES | TIFF_NAMES | PDF_NAMES

WANTED = "use JPEG, PNG, WebP, TIFF or PDF"

_STARTS = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"II+\0", TIFF),
    (b"MM\0+", TIFF),
    (b"%PDF-", PDF),
)
_OTHERS = (
    (b"GIF8", "a GIF"),
    (b"BM", "a BMP"),
    (b"%!PS", "a PostScript file"),
    (b"8BPS", "a Photoshop file"),
    (b"PK\x03\x04", "a ZIP"),
    (b"\0\0\1\0", "an icon"),
    (b"\0\0\0\x0cjP", "a JPEG 2000"),
    (b"<", "a text file such as SVG or HTML"),
)


def kind_of(head: bytes) -> str | None:
    """Return the media type that a file's first bytes say, if it is one that is taken."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    return next((mime for start, mime in _STARTS if head.startswith(start)), None)


def read_kind(path: Path) -> str:
    """Return a picture's media type, or raise InvalidInput that says what the file is instead."""
    with path.open("rb") as file:
        head = file.read(64)
    if not head:
        raise InvalidInput("the file is empty")

    if mime := kind_of(head):
        return mime
    if head[4:12] in {b"ftypheic", b"ftypmif1", b"ftypavif", b"ftypheix"}:
        raise InvalidInput(f"this is a HEIC or AVIF picture: {WANTED}")
    for start, what in _OTHERS:
        if head.lstrip().startswith(start):
            raise InvalidInput(f"this is {what}: {WANTED}")
    raise InvalidInput(f"this is not a picture that can be opened: {WANTED}")


def fits_name(mime: str, name: str) -> bool:
    """Say whether a picture of this kind may bear this name; a name without a known ending says nothing."""
    suffix = Path(name).suffix.lower()
    if suffix not in NAMES:
        return True
    allowed = {TIFF: TIFF_NAMES, PDF: PDF_NAMES}.get(mime, WEB_NAMES)
    return suffix in allowed
