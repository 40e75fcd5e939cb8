"""Writes the objects of a PDF file one after the other, so that a book needs no more memory than a page."""

from __future__ import annotations

import zlib
from typing import BinaryIO


class PdfFile:
    """A PDF under way: numbers are given out first, objects follow in any order."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._written = 0
        self._places: dict[int, int] = {}
        self._next = 1
        # Four bytes above 127 tell whoever carries the file that it is not text.
        self._put(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def number(self) -> int:
        """Return the number of an object that will follow."""
        self._next += 1
        return self._next - 1

    def add(self, said: str, number: int | None = None) -> int:
        """Write an object and return its number."""
        number = self.number() if number is None else number
        self._places[number] = self._written
        self._put(f"{number} 0 obj\n{said}\nendobj\n".encode("ascii"))
        return number

    def stream(self, data: bytes, said: str = "", *, packed: bool = True) -> int:
        """Write a stream, deflated if `packed`, with what its dictionary says; return its number."""
        number = self.number()
        self._places[number] = self._written
        if packed:
            data, said = zlib.compress(data), f"{said}/Filter/FlateDecode"
        self._put(f"{number} 0 obj\n<<{said}/Length {len(data)}>>stream\n".encode())
        self._put(data + b"\nendstream\nendobj\n")
        return number

    def end(self, root: int, info: int) -> None:
        """Write the table of places: then the file is whole."""
        start = self._written
        rows = [
            f"{self._places[each]:010d} 00000 n \n" for each in range(1, self._next)
        ]
        self._put(
            f"xref\n0 {self._next}\n0000000000 65535 f \n{''.join(rows)}"
            f"trailer\n<</Size {self._next}/Root {root} 0 R/Info {info} 0 R>>\n"
            f"startxref\n{start}\n%%EOF\n".encode("ascii")
        )

    def _put(self, data: bytes) -> None:
        self._written += len(data)
        self._out.write(data)
