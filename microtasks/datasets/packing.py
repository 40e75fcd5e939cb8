"""The zip itself: the same files give the same bytes, whenever and wherever it is made."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from pathlib import Path

SUMS = "SHA256SUMS"
#: The earliest moment that a zip can name: members carry no clock of their own.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def sha256(path: Path) -> str:
    """Return a file's SHA-256, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_sums(folder: Path) -> None:
    """Write SHA256SUMS for all other files of a data set, as `sha256sum --check` reads it."""
    names = sorted(path.name for path in folder.iterdir() if path.name != SUMS)
    lines = [f"{sha256(folder / name)}  {name}\n" for name in names]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def pack(folder: Path, to: Path) -> None:
    """Write a folder's files into a zip, sorted by name and without times."""
    with zipfile.ZipFile(to, "w") as archive:
        for path in sorted(folder.iterdir()):
            member = zipfile.ZipInfo(path.name, _NO_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3
            member.external_attr = 0o644 << 16
            member.file_size = path.stat().st_size
            with path.open("rb") as source, archive.open(member, "w") as target:
                shutil.copyfileobj(source, target, 2**20)
