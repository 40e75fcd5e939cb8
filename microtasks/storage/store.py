"""Where media lie: originals and data sets under the hash of their bytes, slice pictures in a cache beside them."""

from __future__ import annotations

import hashlib
import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from microtasks.errors import MicrotaskError, NotFound

CHUNK = 1 << 20

_KEY = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


class StorageError(MicrotaskError):
    """What was stored is not what was meant to be stored; it may be tried again."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the store: its key is the SHA-256 of its bytes."""

    sha256: str
    size: int


class Store(Protocol):
    """A place for files. When `put` returns, the file survives a power cut; what is in the cache may vanish any time."""

    def put(self, source: Path | BinaryIO) -> Stored:
        """Keep a file; the same bytes are kept once."""

    def open(self, key: str) -> BinaryIO:
        """Open a kept file for reading, or raise NotFound."""

    def path(self, key: str) -> AbstractContextManager[Path]:
        """Give a kept file as a local path, for as long as it is needed and only to read, or raise NotFound."""

    def exists(self, key: str) -> bool:
        """Say whether a file is kept."""

    def delete(self, key: str) -> None:
        """Forget a kept file; it need not exist."""

    def cached(self, name: str) -> bytes | None:
        """Return what the cache holds under a name, if it holds it."""

    def cache(self, name: str, body: bytes) -> None:
        """Put bytes that can be made again under a name such as `stage/card.jpg`."""

    def drop_cache(self, prefix: str) -> None:
        """Forget all of the cache whose names start with these whole parts: `stage` drops `stage/...`."""


def check_key(key: str) -> str:
    """Return the key, or raise NotFound for what cannot be one: keys come back from databases and addresses."""
    if not _KEY.fullmatch(key):
        raise NotFound("there is no such file")
    return key


def check_name(name: str) -> str:
    """Return a cache name, or raise ValueError for one that could leave the cache."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for the cache")
    return name


def copy(source: BinaryIO, to: BinaryIO) -> Stored:
    """Copy a stream and return the hash and size of what went through."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        to.write(chunk)
    return Stored(digest.hexdigest(), size)
