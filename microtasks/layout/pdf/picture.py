"""A JPEG as a PDF holds it: its own bytes, without what a camera or a program wrote beside the picture."""

from __future__ import annotations

from dataclasses import dataclass

from microtasks.errors import InvalidInput

_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
_OTHER_FRAMES = frozenset(
    {0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)}
)
#: JFIF and Adobe's note on colours stay; EXIF, places, thumbnails, profiles and comments go.
_KEPT = frozenset({0xE0, 0xEE})
_SPACES = {1: "DeviceGray", 3: "DeviceRGB", 4: "DeviceCMYK"}


@dataclass(frozen=True, slots=True)
class Jpeg:
    """A picture and what a PDF must say of it."""

    width: int
    height: int
    space: str
    inverted: bool
    data: bytes

    @property
    def dictionary(self) -> str:
        """What the picture's object says."""
        decode = "/Decode[1 0 1 0 1 0 1 0]" if self.inverted else ""
        return (
            f"/Type/XObject/Subtype/Image/Width {self.width}/Height {self.height}/ColorSpace/{self.space}"
            f"/BitsPerComponent 8{decode}/Filter/DCTDecode"
        )


def jpeg(data: bytes) -> Jpeg:
    """Return a JPEG without its metadata, or raise InvalidInput if PDF readers could not show it."""
    if not data.startswith(b"\xff\xd8"):
        raise InvalidInput(
            "the picture is no JPEG: convert it before it goes into a PDF"
        )
    kept = [b"\xff\xd8"]
    frame: tuple[int, int, int] | None = None
    adobe = False
    at = 2
    while True:
        marker, size = _segment(data, at)
        if marker == 0xDA:
            break
        whole = data[at : at + 2 + size]
        adobe = adobe or (marker == 0xEE and whole[4:9] == b"Adobe")
        if marker in _FRAMES:
            frame = _frame(whole)
        if marker in _OTHER_FRAMES or (marker in _FRAMES and whole[4] != 8):
            raise InvalidInput(
                "PDF cannot hold this sort of JPEG: save the picture again"
            )
        if marker in _KEPT or not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            kept.append(whole)
        at += 2 + size
    if frame is None or frame[2] not in _SPACES:
        raise _broken()
    width, height, colours = frame
    inverted = adobe and colours == 4
    return Jpeg(width, height, _SPACES[colours], inverted, b"".join([*kept, data[at:]]))


def _segment(data: bytes, at: int) -> tuple[int, int]:
    """Return the marker at a place and how long its segment is."""
    size = int.from_bytes(data[at + 2 : at + 4], "big")
    if at + 4 > len(data) or data[at] != 0xFF or size < 2:
        raise _broken()
    return data[at + 1], size


def _frame(segment: bytes) -> tuple[int, int, int]:
    """Return width, height and number of colours."""
    if len(segment) < 10:
        raise _broken()
    height = int.from_bytes(segment[5:7], "big")
    return int.from_bytes(segment[7:9], "big"), height, segment[9]


def _broken() -> InvalidInput:
    return InvalidInput("the JPEG is broken: save the picture again")
