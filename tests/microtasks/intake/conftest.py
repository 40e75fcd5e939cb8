"""What the tests of intake share: uploads made on the spot, and one way to read them to their end."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image

from microtasks import intake
from microtasks.errors import UploadRejected


@dataclass
class Outcome:
    """Everything that reading an upload gave."""

    found: list[intake.Found] = field(default_factory=list)
    rejected: str | None = None

    @property
    def good(self) -> list[intake.FoundImage | intake.FoundRecord]:
        return [f for f in self.found if not isinstance(f, intake.Refusal)]

    @property
    def refused(self) -> list[intake.Refusal]:
        return [f for f in self.found if isinstance(f, intake.Refusal)]

    @property
    def word(self) -> str:
        if self.rejected:
            return "reject"
        return "partial" if self.refused else "clean"


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Outcome]:
    """Read files, or (name, bytes) pairs, uploaded together."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    def reading(
        *uploads: Path | tuple[str, bytes],
        start: int = 0,
        limits: intake.Limits | None = None,
    ) -> Outcome:
        paths = []
        for number, upload in enumerate(uploads):
            if isinstance(upload, Path):
                paths.append((upload, upload.name))
                continue
            path = tmp_path / f"upload{number}"
            path.write_bytes(upload[1])
            paths.append((path, upload[0]))

        outcome = Outcome()
        try:
            for found in intake.read_many(
                paths, limits or intake.Limits(), scratch, start
            ):
                if isinstance(found, intake.FoundImage):
                    assert found.path.is_file()
                outcome.found.append(found)
        except UploadRejected as rejected:
            outcome.rejected = str(rejected)
        assert list(scratch.iterdir()) == [], "scratch is not left clean"
        return outcome

    return reading


def picture(
    shade: int = 128,
    kind: str = "PNG",
    pages: int = 1,
    size: tuple[int, int] = (30, 20),
) -> bytes:
    """A small picture of one shade, each page a little lighter."""
    out = io.BytesIO()
    first, *others = (Image.new("L", size, shade + n) for n in range(pages))
    if pages > 1:
        first.save(out, kind, save_all=True, append_images=others)
    else:
        first.save(out, kind)
    return out.getvalue()


def packed(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()
