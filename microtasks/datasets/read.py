"""Reads a data set back: from its zip or from the folder it is made in. A zip may come from anywhere and is not trusted."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol, TypeVar

from microtasks import recipe
from microtasks.datasets import cells, layout, rows
from microtasks.datasets.bundle import Bundle, Place
from microtasks.errors import InvalidInput

Row = TypeVar("Row")

#: Bounds for what is read of a zip: members, and unpacked bytes of one member and of all that is read.
MOST_MEMBERS = 1000
MOST_BYTES = 2 * 2**30


class UnreadableDataSet(InvalidInput):
    """A file is no data set of ours, or says something that cannot be."""


class Shelf(Protocol):
    """A place that holds a data set's files."""

    def open(self, name: str) -> IO[bytes]:
        """Open a file by its name, or raise KeyError."""


class Folder:
    """A data set's files in a folder of our own."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def open(self, name: str) -> IO[bytes]:
        """Open a file by its name, or raise KeyError."""
        try:
            return (self._path / name).open("rb")
        except FileNotFoundError as error:
            raise KeyError(name) from error


class _Zipped:
    """Files in a zip: only those asked for by name are read, and no more bytes than they claim to have."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        names = archive.namelist()
        if len(names) > MOST_MEMBERS or len(set(names)) < len(names):
            raise UnreadableDataSet("the zip holds too many files, or one name twice")
        self._archive = archive
        self._left = MOST_BYTES

    def open(self, name: str) -> IO[bytes]:
        """Open a member by its name, or raise KeyError."""
        member = self._archive.getinfo(name)
        self._left -= member.file_size
        if self._left < 0:
            raise UnreadableDataSet(
                f"the zip would unpack to more than {MOST_BYTES:,} bytes"
            )
        return self._archive.open(member)


@contextmanager
def zipped(path: Path) -> Iterator[Shelf]:
    """Open a data set's zip; whatever is wrong with the archive becomes UnreadableDataSet."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield _Zipped(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        ValueError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
    ) as error:
        raise UnreadableDataSet(f"{path.name} cannot be read as a zip: {error}") from error  # fmt: skip


def bundle(shelf: Shelf) -> Bundle:
    """Read a data set's inputs, or raise UnreadableDataSet that names file and row."""
    plan = _recipe(shelf)
    reader = rows.Rows(plan)
    own: list[str] = []
    sources = _table(shelf, layout.SOURCES, rows.source, own)
    slices = _table(shelf, layout.SLICES, reader.slice)
    read = Bundle(
        recipe=plan,
        columns=own,
        sources=sources,
        slices=slices,
        answers=_table(shelf, layout.ANSWERS, reader.answer),
        reviews=_table(shelf, layout.REVIEWS, reader.review),
        gold=_table(shelf, layout.GOLD, reader.gold),
    )
    _check(read)
    return read


def _recipe(shelf: Shelf) -> recipe.Recipe:
    with _opened(shelf, layout.RECIPE) as file:
        text = file.read(recipe.LONGEST + 1)
    try:
        return recipe.read(text.replace("\r\n", "\n"))
    except InvalidInput as error:
        raise UnreadableDataSet(f"{layout.RECIPE}: {error}") from error


def _table(
    shelf: Shelf,
    table: layout.Table,
    row: Callable[[Sequence[str]], Row],
    own: list[str] | None = None,
) -> list[Row]:
    """Read a table's rows; `own`, where given, receives the names of the columns that are not ours."""
    found: list[Row] = []
    picked: list[int] = []
    with _opened(shelf, table.file) as file:
        lines = cells.read(file)
        try:
            header = next(lines, [])
            picked = _columns(table, header, own)
            for each in lines:
                if len(each) != len(header):
                    raise ValueError(f"{len(each)} cells under {len(header)} columns")
                found.append(row([each[index] for index in picked]))
        except (ValueError, InvalidInput, csv.Error, RecursionError) as error:
            where = f"{table.file}, row {len(found) + 2}" if picked else table.file
            raise UnreadableDataSet(f"{where}: {error}") from error
    return found


def _columns(
    table: layout.Table, header: Sequence[str], own: list[str] | None
) -> list[int]:
    missing = [name for name in table.names if name not in header]
    if missing or len(set(header)) < len(header):
        raise ValueError(f"the columns must be {', '.join(table.names)}")
    picked = [header.index(name) for name in table.names]
    if own is not None:
        others = [n for n in range(len(header)) if n not in set(picked)]
        own.extend(header[index] for index in others)
        picked += others
    return picked


@contextmanager
def _opened(shelf: Shelf, name: str) -> Iterator[IO[str]]:
    try:
        binary = shelf.open(name)
    except KeyError as error:
        raise UnreadableDataSet(f"this is no data set of Manyhands: it has no {name}") from error  # fmt: skip
    with io.TextIOWrapper(binary, encoding="utf-8-sig", newline="") as file:
        try:
            yield file
        except UnicodeDecodeError as error:
            raise UnreadableDataSet(f"{name} is not UTF-8: {error}") from error


def _check(read: Bundle) -> None:
    """Refuse rows that speak of things which are not there, and things that are there twice."""
    sources = {row.source for row in read.sources}
    places: set[Place] = {row.place for row in read.slices}
    if len(sources) < len(read.sources) or len(places) < len(read.slices):
        raise UnreadableDataSet("sources.csv or slices.csv names something twice")
    for row in read.slices:
        if row.source not in sources:
            raise UnreadableDataSet(f"slices.csv: there is no source {row.source!r}")
    for table, said in (
        ("answers.csv", read.answers),
        ("reviews.csv", read.reviews),
        ("gold.csv", read.gold),
    ):
        for each in said:
            if each.place not in places:
                raise UnreadableDataSet(f"{table}: there is no slice {each.place!r}")
