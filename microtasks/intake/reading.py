"""An upload becomes sources and refusals, one after the other, in an order that is the same each time.

Whatever the bytes are, the only exception that leaves here is UploadRejected. What is found is made only when it is
asked for, so a job that died after some thousand items passes over them without unpacking a picture again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

from microtasks import pictures
from microtasks.errors import InvalidInput, UploadRejected
from microtasks.intake import kinds, manifests, opening, tables
from microtasks.intake.found import Found, FoundImage, FoundRecord, Refusal
from microtasks.intake.kinds import Kind
from microtasks.intake.limits import Limits
from microtasks.intake.manifests import Shelf
from microtasks.intake.members import Member, Refused, new_path
from microtasks.intake.opening import Item

#: Something found, or what finds it when its turn comes.
Ahead = Found | Callable[[], Found]


def read(
    path: Path, name: str, limits: Limits, scratch: Path, start: int = 0
) -> Iterator[Found]:
    """Yield what one uploaded file holds, passing over the first `start` items."""
    return read_many([(path, name)], limits, scratch, start)


def read_many(
    uploads: Iterable[tuple[Path, str]], limits: Limits, scratch: Path, start: int = 0
) -> Iterator[Found]:
    """Yield what files uploaded together hold, as if they were the members of one archive.

    Tables that name pictures are manifests: their rows come first and give the pictures order and columns; then
    whatever no manifest named, in the order in which it came. The file of a FoundImage may be gone when the next
    item is asked for. Raises UploadRejected at the end if nothing at all could be taken; a reading that starts in
    the middle cannot know that, and leaves it to whoever counts the sources.
    """
    taken, reason = start > 0, ""
    with tempfile.TemporaryDirectory(dir=scratch) as folder, ExitStack() as stack:
        items = opening.items(uploads, limits, stack)
        ahead = _Reading(items, limits, Path(folder)).ahead()
        for each in islice(ahead, start, None):
            found = each() if callable(each) else each
            yield found

            if isinstance(found, Refusal):
                reason = reason or found.reason
            else:
                taken = True
            if isinstance(found, FoundImage) and found.path.is_relative_to(folder):
                found.path.unlink(missing_ok=True)
    if not taken:
        raise UploadRejected(reason or "the upload holds no files: nothing was taken")


@dataclass(slots=True)
class _Reading:
    """One walk through the files of an upload."""

    items: list[Item | Refused]
    limits: Limits
    room: Path
    claimed: set[Member] = field(default_factory=set)

    def ahead(self) -> Iterator[Ahead]:
        """Yield everything in its order, pictures not yet opened."""
        files = [each for each in self.items if isinstance(each, Item)]
        pictured = [each for each in files if each.kind in kinds.PICTURES]
        if pictured:
            shelf = Shelf(pictured)
            for file in files:
                if file.kind in kinds.TABLES:
                    yield from _safely(file.member, self._manifest(file, shelf))

        for each in self.items:
            if isinstance(each, Refused):
                yield Refusal(each.name, each.reason)
            elif each.kind in kinds.PICTURES and each.member not in self.claimed:
                yield from self._pictures(each, {})
            elif each.kind in kinds.TABLES and not pictured:
                yield from _safely(each.member, self._records(each))

    def _records(self, item: Item) -> Iterator[FoundRecord | Refusal]:
        with item.member.local(self.room) as path:
            yield from tables.records(
                path, item.member.name, item.kind, self.limits, self.room
            )

    def _manifest(self, item: Item, shelf: Shelf) -> Iterator[Ahead]:
        records = (r for r in self._records(item) if isinstance(r, FoundRecord))
        column = manifests.file_column(list(islice(records, manifests.SAMPLE)), shelf)
        if column is None:
            raise InvalidInput(
                "the table names none of the pictures beside it: give it a column `file`, or upload it by itself"
            )
        for found in self._records(item):
            if isinstance(found, Refusal):
                yield found
            else:
                yield from self._listed(found, column, shelf)

    def _listed(self, row: FoundRecord, column: str, shelf: Shelf) -> Iterator[Ahead]:
        """Yield the pictures that one row of a manifest names."""
        text = row.columns.get(column, "").strip()
        item = shelf.find(text) if text else None
        if item is None:
            reason = f"there is no picture `{text[:100]}` in the upload"
            if not text:
                reason = "the row names no picture"
            yield Refusal(row.file, reason, row.row, column)
        elif item.member in self.claimed:
            reason = f"`{text[:100]}` is named a second time: the first row is used"
            yield Refusal(row.file, reason, row.row, column)
        else:
            self.claimed.add(item.member)
            yield from self._pictures(item, row.columns)

    def _pictures(self, item: Item, columns: Mapping[str, str]) -> Iterator[Ahead]:
        if item.kind == Kind.PAGES:
            yield from _safely(item.member, self._pages(item, columns))
        else:
            yield partial(self._picture, item.member, columns)

    def _pages(self, item: Item, columns: Mapping[str, str]) -> Iterator[Ahead]:
        """Yield each page as a picture of its own; the file is unpacked even for pages passed over, to count them."""
        with item.member.local(self.room) as path:
            document = pictures.header(path)
            _check_name(document, item.member.name)
            if document.pages == 1 and document.mime != pictures.PDF:
                yield partial(self._picture, item.member, columns)
                return
            for page in range(document.pages):
                yield partial(self._page, item.member.name, path, page, columns)

    def _picture(self, member: Member, columns: Mapping[str, str]) -> Found:
        try:
            path = member.keep(self.room)
            picture = pictures.inspect(path)
            _check_name(picture, member.name)
            if picture.mime == pictures.PDF or picture.pages > 1:
                raise InvalidInput("the file has pages: name it .pdf or .tif")
        except InvalidInput as refusal:
            return Refusal(member.name, str(refusal))
        return FoundImage(
            member.name,
            path,
            picture.mime,
            picture.width,
            picture.height,
            None,
            columns,
        )

    def _page(
        self, name: str, path: Path, page: int, columns: Mapping[str, str]
    ) -> Found:
        out = new_path(self.room, ".png")
        try:
            picture = pictures.extract(path, page, out)
        except InvalidInput as refusal:
            return Refusal(name, f"page {page + 1}: {refusal}")
        return FoundImage(
            name, out, picture.mime, picture.width, picture.height, page + 1, columns
        )


def _safely(member: Member, found: Iterator[Ahead]) -> Iterator[Ahead]:
    """Yield what is found, and the reason as a refusal of the file where the rest of it cannot be read."""
    try:
        yield from found
    except InvalidInput as refusal:
        yield Refusal(member.name, str(refusal), column=refusal.field)


def _check_name(picture: pictures.Picture, name: str) -> None:
    if not pictures.fits_name(picture.mime, name):
        raise InvalidInput(
            f"the file is {picture.mime} under another kind's name: give it its own ending"
        )
