"""Files of an upload, whether they came loose or in an archive: the rest of intake need not know which."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from microtasks.errors import InvalidInput

_NUMBERS = count(1)


class Member(ABC):
    """One file of an upload, under the name that is shown to people."""

    name: str

    @abstractmethod
    def head(self, length: int) -> bytes:
        """Return the first bytes; raise InvalidInput if they cannot be read."""

    @abstractmethod
    def copy(self, to: Path) -> None:
        """Write the whole file there; raise InvalidInput if it is not what it claims to be."""

    def keep(self, room: Path) -> Path:
        """Put the file into the room under a name of ours and return that; it is whoever asks who removes it."""
        path = new_path(room)
        try:
            self.copy(path)
        except InvalidInput:
            path.unlink(missing_ok=True)
            raise
        return path

    @contextmanager
    def local(self, room: Path) -> Iterator[Path]:
        """Give the file for as long as it is needed."""
        path = self.keep(room)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)


class Loose(Member):
    """A file that was uploaded as it is; it stays where it lies."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name

    def head(self, length: int) -> bytes:
        """Return the first bytes."""
        with self.path.open("rb") as file:
            return file.read(length)

    def copy(self, to: Path) -> None:
        """Write the whole file there."""
        shutil.copyfile(self.path, to)

    def keep(self, room: Path) -> Path:
        """Return where the file lies."""
        return self.path

    @contextmanager
    def local(self, room: Path) -> Iterator[Path]:
        """Give the file where it lies."""
        yield self.path


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that will not be looked at, with the reason."""

    name: str
    reason: str


def new_path(room: Path, suffix: str = "") -> Path:
    """Return a fresh name in the room: names on disk are always ours."""
    return room / f"{next(_NUMBERS)}{suffix}"
