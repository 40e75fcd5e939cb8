"""How much one upload may hold: each number is a wall that a hostile file meets before the machine does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The walls of intake; the defaults suit one machine with some gigabytes of memory and disk."""

    #: Files in one archive.
    max_members: int = 200_000
    #: Bytes that all files of one archive say they unpack to.
    max_total_bytes: int = 50 << 30
    #: Bytes of one file of an archive, unpacked.
    max_member_bytes: int = 2 << 30
    #: Unpacked over packed size of one file larger than a megabyte; no honest picture or table comes near.
    max_ratio: int = 200
    #: Rows of one table; the rest is refused.
    max_rows: int = 2_000_000
    #: Columns of one table, keys of one JSON object.
    max_columns: int = 2_000
    #: Characters of one cell.
    max_cell: int = 100_000
    #: Characters of one whole row, and so of a line.
    max_row: int = 1_000_000
