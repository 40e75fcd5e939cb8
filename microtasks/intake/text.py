"""Text files as lines of bounded length, in an encoding that is known and never guessed."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from microtasks.errors import InvalidInput

_CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding(path: Path) -> str:
    """Return the encoding after reading the file through: UTF-8, or UTF-16 with its mark; else raise InvalidInput.

    Any bytes can be read as Windows-1252, so guessing it would turn other people's scripts into noise unseen.
    """
    with path.open("rb") as file:
        head = file.read(4)
        name = next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")
        file.seek(0)
        decoder = codecs.getincrementaldecoder(name)()
        line = 1
        while chunk := file.read(_CHUNK):
            _decode(decoder, chunk, line)
            line += chunk.count(b"\n")
        _decode(decoder, b"", line, final=True)
    return name


def _decode(
    decoder: codecs.IncrementalDecoder, chunk: bytes, line: int, *, final: bool = False
) -> None:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        line += chunk.count(b"\n", 0, error.start)
        raise InvalidInput(
            f'the text is not UTF-8 (first at line {line:,}): save the file as "CSV UTF-8" and upload it again'
        ) from error


def lines(path: Path, longest: int) -> Iterator[str]:
    """Yield the lines with their ends; of one that is too long only what shows that it is."""
    with path.open(encoding=encoding(path), newline="") as file:
        while line := file.readline(longest + 2):
            yield line
            whole = len(line) < longest + 2
            while not whole and not line.endswith(("\n", "\r")) and line:
                line = file.readline(_CHUNK)
