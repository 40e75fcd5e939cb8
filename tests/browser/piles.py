"""Two piles for the whole job: records in a table, and pictures in a ZIP, each with something that cannot be taken."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

OPTIONS = ("water", "food", "nothing")


@dataclass(frozen=True)
class Pile:
    """What a coordinator comes with: files, a cut, and what of it is refused."""

    title: str
    question: str
    cut: str
    columns: str
    write: Callable[[Path], Path]
    #: Agreed on, contested, reported.
    names: tuple[str, str, str]
    refused: tuple[str, ...]


def _table(folder: Path) -> Path:
    rows = [
        "id,message",
        "a,We need water",
        "b,Is anybody there?",
        "c,Call 555 0100",
        "d,",
    ]
    path = folder / "messages.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def _archive(folder: Path) -> Path:
    path = folder / "pictures.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, name in enumerate(("well.png", "market.png", "street.png")):
            archive.writestr(name, drawn(number))
        archive.writestr("broken.png", drawn(0)[:200])
    return path


def drawn(number: int, size: tuple[int, int] = (480, 320)) -> bytes:
    """A drawn picture: so many houses beside a river."""
    picture = Image.new("RGB", size, (206, 214, 188))
    pen = ImageDraw.Draw(picture)
    width, height = size
    pen.line([(0, height * 0.8), (width, height * 0.55)], (96, 140, 176), height // 8)
    for house in range(number + 1):
        x, y = 30 + house * 90 % (width - 60), 40 + house * 53 % (height // 2)
        pen.rectangle([x, y, x + 46, y + 38], (178, 96, 74), (90, 44, 34), 3)
    body = io.BytesIO()
    picture.save(body, "PNG")
    return body.getvalue()


RECORDS = Pile(
    "Sort flood messages",
    "What does this message ask for?",
    "Columns: chosen parts of a record",
    "message",
    _table,
    ("a", "b", "c"),
    ("messages.csv", "5"),
)
PICTURES = Pile(
    "What do these places need?",
    "What is needed here?",
    "Whole: one card for each picture or record",
    "",
    _archive,
    ("well.png", "market.png", "street.png"),
    ("broken.png",),
)
