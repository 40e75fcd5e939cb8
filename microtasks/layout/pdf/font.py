"""A font without glyphs: it shows nothing and knows every character, so no real font has to be shipped.

Each character that a file uses gets a code in the order of first use; one empty glyph serves all codes, and a table
(ToUnicode) says which character each code is. All numbers of a font are in thousandths of its size.
"""

from __future__ import annotations

import struct
from itertools import islice

from microtasks.errors import InvalidInput
from microtasks.layout.pdf.file import PdfFile

#: How far one character moves on, as a share of the font's size.
ADVANCE = 0.5
_MOST = 0xFFFF
#: PDFium looks back at five pieces of text.
_TURNS = 6
_NAME = "ManyhandsGlyphless"


class Codes:
    """The codes of characters, two bytes each."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, int], int] = {}
        self._turn = 0

    def hexadecimal(self, text: str) -> str:
        """Return a text as the codes of its characters.

        The last character takes the next of a few codes of its own: PDFium believes that equal codes shortly after
        each other are one text printed twice to look bold, and would drop the second of two equal lines.
        """
        self._turn = self._turn % _TURNS + 1
        keys = [(c, 0) for c in text[:-1]] + [(c, self._turn) for c in text[-1:]]
        codes = (self._codes.setdefault(key, len(self._codes) + 1) for key in keys)
        written = "".join(f"{code:04X}" for code in codes)
        if len(self._codes) > _MOST:
            raise InvalidInput(
                f"a PDF can hold {_MOST:,} different characters: write fewer pages into one"
            )
        return written

    def add_font(self, pdf: PdfFile, number: int) -> None:
        """Write the font under a number given out before."""
        program = _program()
        embedded = pdf.stream(program, f"/Length1 {len(program)}")
        table = pdf.stream(self._to_unicode())
        glyphs = pdf.stream(b"\0\1" * (len(self._codes) + 1))
        descriptor = pdf.add(
            f"<</Type/FontDescriptor/FontName/{_NAME}/Flags 5/FontBBox[0 -200 500 800]/ItalicAngle 0"
            f"/Ascent 800/Descent -200/CapHeight 800/StemV 80/FontFile2 {embedded} 0 R>>"
        )
        descendant = pdf.add(
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{_NAME}/FontDescriptor {descriptor} 0 R/DW {ADVANCE * 1000:.0f}"
            f"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/CIDToGIDMap {glyphs} 0 R>>"
        )
        pdf.add(
            f"<</Type/Font/Subtype/Type0/BaseFont/{_NAME}/Encoding/Identity-H"
            f"/DescendantFonts[{descendant} 0 R]/ToUnicode {table} 0 R>>",
            number,
        )

    def _to_unicode(self) -> bytes:
        said = [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CMapName /Manyhands-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <FFFF> endcodespacerange",
        ]
        left = iter(self._codes.items())
        while block := list(islice(left, 100)):
            said.append(f"{len(block)} beginbfchar")
            said += [f"<{code:04X}> <{utf16(c)}>" for (c, _), code in block]
            said.append("endbfchar")
        said.append("endcmap CMapName currentdict /CMap defineresource pop end end")
        return "\n".join(said).encode("ascii")


def utf16(text: str) -> str:
    """Return a text in UTF-16, high byte first, in hexadecimal."""
    return text.encode("utf-16-be").hex().upper()


def _program() -> bytes:
    """Return a TrueType font of two empty glyphs, 1,000 units to the em, as OpenType 1.9 lays out its tables."""
    advance = round(ADVANCE * 1000)
    tables = {
        b"glyf": bytes(4),
        b"head": struct.pack(
            ">4I2H2q4h2H3h",
            *(0x00010000, 0x00010000, 0, 0x5F0F3CF5),
            *(0x000B, 1000, 0, 0),
            *(0, -200, advance, 800),
            *(0, 8),
            *(2, 0, 0),
        ),
        b"hhea": struct.pack(
            ">I3hH11hH", 0x00010000, 800, -200, 0, advance, 0, 0, 0, 1, *(0,) * 7, 1
        ),
        b"hmtx": struct.pack(">Hhh", advance, 0, 0),
        b"loca": bytes(6),
        b"maxp": struct.pack(">I14H", 0x00010000, 2, *(0,) * 4, 2, *(0,) * 8),
    }
    places, at = b"", 12 + 16 * len(tables)
    for name, table in tables.items():
        places += name + struct.pack(">3I", _sum(table), at, len(table))
        at += len(_padded(table))
    start = struct.pack(">I4H", 0x00010000, len(tables), 64, 2, 16 * len(tables) - 64)
    font = start + places + b"".join(map(_padded, tables.values()))
    at = font.index(tables[b"head"]) + 8
    adjustment = struct.pack(">I", (0xB1B0AFBA - _sum(font)) & 0xFFFFFFFF)
    return font[:at] + adjustment + font[at + 4 :]


def _padded(table: bytes) -> bytes:
    return table + bytes(-len(table) % 4)


def _sum(table: bytes) -> int:
    padded = _padded(table)
    words = (
        int.from_bytes(padded[at : at + 4], "big") for at in range(0, len(padded), 4)
    )
    return sum(words) & 0xFFFFFFFF
