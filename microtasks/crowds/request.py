"""What was asked of an uploaded crowd: as the form says it, as its row keeps it, and as it travels with the files."""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from microtasks.datasets import packing

ANSWERS, TRUTH, ASKED = "answers.csv", "truth.csv", "asked.json"


@dataclass(frozen=True, slots=True)
class Request:
    """How a crowd's answers are to be decided. `crowd` is its public id, which makes each bundle one of a kind."""

    crowd: str
    kind: str
    method: str = "auto"
    repeats: str = "last"
    #: The most answers that are taken.
    most: int = 1_000_000

    def table(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return asdict(self)


def pack(request: Request, folder: Path, to: Path) -> None:
    """Put the files of a folder (answers, and perhaps truth) and the request into one zip."""
    (folder / ASKED).write_text(json.dumps(request.table()), encoding="utf-8")
    packing.pack(folder, to)


def unpack(bundle: Path, folder: Path) -> Request:
    """Write a bundle's files into a folder and return what was asked."""
    with zipfile.ZipFile(bundle) as archive:
        for name in (ANSWERS, TRUTH, ASKED):
            if name in archive.namelist():
                with archive.open(name) as source, (folder / name).open("wb") as file:
                    shutil.copyfileobj(source, file, 2**20)
    return Request(**json.loads((folder / ASKED).read_text(encoding="utf-8")))
