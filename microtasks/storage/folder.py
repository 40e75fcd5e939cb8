"""Media in a folder on this machine."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from microtasks.errors import NotFound
from microtasks.storage.store import Stored, check_key, check_name, copy


class FolderStore:
    """Files under `root/kept/ab/cd/<sha256>`, pictures that can be made again under `root/cache/`.

    A file appears under its name only when it is whole: written aside, synced, renamed, and its folder synced.
    """

    def __init__(self, root: Path) -> None:
        self._kept, self._cache = root / "kept", root / "cache"
        self._aside = root / "aside"
        for folder in (self._kept, self._cache, self._aside):
            folder.mkdir(parents=True, exist_ok=True)

    def put(self, source: Path | BinaryIO) -> Stored:
        """Keep a file durably; the same bytes are kept once."""
        if isinstance(source, Path):
            with source.open("rb") as file:
                return self.put(file)

        with self._written() as (out, aside):
            stored = copy(source, out)
            out.flush()
            os.fsync(out.fileno())
            to = self._place(stored.sha256)
            if not to.exists():
                _make_durably(to.parent, self._kept)
                aside.replace(to)
                _sync(to.parent)
        return stored

    def open(self, key: str) -> BinaryIO:
        """Open a kept file for reading, or raise NotFound."""
        try:
            return self._place(key).open("rb")
        except FileNotFoundError as error:
            raise NotFound("there is no such file") from error

    @contextmanager
    def path(self, key: str) -> Iterator[Path]:
        """Give a kept file where it lies, or raise NotFound."""
        if not self.exists(key):
            raise NotFound("there is no such file")
        yield self._place(key)

    def exists(self, key: str) -> bool:
        """Say whether a file is kept."""
        return self._place(key).is_file()

    def delete(self, key: str) -> None:
        """Forget a kept file; it need not exist."""
        self._place(key).unlink(missing_ok=True)

    def cached(self, name: str) -> bytes | None:
        """Return what the cache holds under a name, if it holds it."""
        try:
            return (self._cache / check_name(name)).read_bytes()
        except OSError:
            return None

    def cache(self, name: str, body: bytes) -> None:
        """Put bytes under a name; not synced, since they can be made again, but never half there."""
        to = self._cache / check_name(name)
        with self._written() as (out, aside):
            out.write(body)
            out.flush()
            to.parent.mkdir(parents=True, exist_ok=True)
            aside.replace(to)

    def drop_cache(self, prefix: str) -> None:
        """Forget all of the cache below a name."""
        place = self._cache / check_name(prefix)
        if place.is_dir():
            shutil.rmtree(place, ignore_errors=True)
        else:
            place.unlink(missing_ok=True)

    def _place(self, key: str) -> Path:
        check_key(key)
        return self._kept / key[:2] / key[2:4] / key

    @contextmanager
    def _written(self) -> Iterator[tuple[BinaryIO, Path]]:
        """Give a file aside, which is gone afterwards unless it was renamed."""
        handle, name = tempfile.mkstemp(dir=self._aside)
        try:
            with os.fdopen(handle, "wb") as out:
                yield out, Path(name)
        finally:
            with suppress(FileNotFoundError):
                Path(name).unlink()


def _make_durably(folder: Path, root: Path) -> None:
    """Make the folders down to this one; each new name is synced in its parent."""
    if folder == root or folder.is_dir():
        return
    _make_durably(folder.parent, root)
    folder.mkdir(exist_ok=True)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
