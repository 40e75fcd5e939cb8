"""Names of uploaded files: shown to people and matched with manifests, but never used to open or write anything."""

from __future__ import annotations

import re
import stat
import unicodedata

from microtasks.errors import InvalidInput

LONGEST = 2_000

_DRIVE = re.compile(r"^[A-Za-z]:")
_LITTER = re.compile(
    r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE
)


def shown(name: str) -> str:
    """Return a name that is safe to show: no control, direction or lone surrogate characters."""
    kept = (
        letter
        for letter in name
        if unicodedata.category(letter) not in {"Cc", "Cf", "Cs"}
    )
    return "".join(kept)[:LONGEST].strip() or "(no name)"


def check_member(name: str, mode: int) -> str:
    """Return an archive member's path with forward slashes, or raise InvalidInput for one that reaches outside."""
    if "\0" in name:
        raise InvalidInput("its name holds a NUL character: rename it")
    path = name.replace("\\", "/")
    if path.startswith("/") or _DRIVE.match(path):
        raise InvalidInput(
            "its name is an absolute path: pack the folder, not the disk"
        )
    if ".." in path.split("/"):
        raise InvalidInput("its name leads outside the archive: pack it again")
    if len(path) > LONGEST:
        raise InvalidInput("its name is longer than 2,000 characters: shorten it")

    if _LITTER.search(path):
        raise InvalidInput("this is a system's own file and was left out")
    kind = stat.S_IFMT(mode)
    if kind == stat.S_IFLNK:
        raise InvalidInput("this is a link to another place: pack the file itself")
    if kind and kind not in {stat.S_IFREG, stat.S_IFDIR}:
        raise InvalidInput("this is a device or pipe, not a file")
    return path
