"""The job that reads an upload: what is found becomes sources and their cards; what cannot be taken, a list of reasons."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks import intake, pictures, slicing, taking
from microtasks.errors import UploadRejected
from microtasks.intake.found import FoundImage
from microtasks.intake.limits import Limits
from microtasks.jobs.tools import Tools
from microtasks.models import Job, Refused, Source, Upload, UploadState
from microtasks.slicing import Slicer, looking
from microtasks.storage import Store
from microtasks.taking import Item, Media

#: Rows that are stored in one transaction.
BATCH = 50
#: How a picture is shown: photographs as JPEG, drawings and tiles as they came.
_SHOWN_AS = {"image/png": ".png"}


def steps(session: Session, job: Job, tools: Tools) -> Iterator[None]:
    """Read the upload that the job's arguments name, from the item that the cursor names."""

    def reached(item: int, chunk: int) -> None:
        job.cursor, job.done = {"item": item, "chunk": chunk}, item

    start = job.cursor.get("item", 0)
    yield from read(session, tools, job.arguments["upload"], start, reached)


def read(
    session: Session,
    tools: Tools,
    upload_id: int,
    start: int,
    reached: Callable[[int, int], None],
) -> Iterator[None]:
    """Take an upload's items from number `start` on; `reached` is told how many are behind, and chunks of the next."""
    upload = session.get(Upload, upload_id)
    if upload is None:
        return
    files = list(upload.files)
    known = _known(session, upload_id, start)
    slicers = [slicing.slicer(s.slicing["mode"]) for s in upload.campaign.stages]
    yield

    reason = ""
    try:
        for batch in _batches(files, start, known, slicers, tools):
            for chunk, _ in enumerate(taking.take(session, upload_id, batch), 1):
                reached(batch[0].number, chunk)
                yield
            reached(batch[-1].number + 1, 0)
            yield
    except UploadRejected as rejected:
        reason = str(rejected)
    _end(session, upload_id, reason, tools)


def _known(session: Session, upload_id: int, start: int) -> set[int]:
    """Return the items from `start` on that were taken before: their pictures need not be prepared again."""
    query = select(Source.item).where(
        Source.upload_id == upload_id, Source.item >= start
    )
    return set(session.scalars(query))


def _batches(
    files: list[dict[str, str]],
    start: int,
    known: set[int],
    slicers: Sequence[Slicer],
    tools: Tools,
) -> Iterator[list[Item]]:
    """Yield a picture alone, rows and refusals by the dozen. All slow work is done here, with no transaction open."""
    batch: list[Item] = []
    with ExitStack() as stack:
        room = tempfile.TemporaryDirectory(dir=tools.scratch)
        folder = Path(stack.enter_context(room))
        paths = [
            (stack.enter_context(tools.store.path(file["key"])), file["name"])
            for file in files
        ]
        everything = intake.read_many(paths, Limits(), folder, start)
        try:
            for number, found in enumerate(everything, start):
                item = Item(number, found)
                if isinstance(found, FoundImage):
                    keep = number not in known
                    item = _looked_at(item, found, slicers, keep, tools, folder)
                batch.append(item)
                if isinstance(found, FoundImage) or len(batch) == BATCH:
                    yield batch
                    batch = []
        except UploadRejected:
            if batch:  # nothing was taken: of each file, why not
                yield batch
            raise
        if batch:
            yield batch


def _looked_at(
    item: Item,
    found: FoundImage,
    slicers: Sequence[Slicer],
    keep: bool,
    tools: Tools,
    folder: Path,
) -> Item:
    """Return a picture with what taking needs of it, so that nothing is decoded in a transaction."""
    size = found.width, found.height
    subject = looking.subject(found.path, *size, slicers)
    media = _keep(found, tools.store, folder) if keep else None
    return replace(item, media=media, lines=subject.lines)


def _keep(found: FoundImage, store: Store, folder: Path) -> Media:
    """Put a picture into the store, as it came and as it may be shown."""
    out = folder / f"shown{_SHOWN_AS.get(found.mime, '.jpg')}"
    picture = pictures.normalise(found.path, out)
    original, shown = store.put(found.path), store.put(out)
    out.unlink(missing_ok=True)
    return Media(
        original.sha256,
        shown.sha256,
        picture.width,
        picture.height,
        original.size + shown.size,
    )


def _end(session: Session, upload_id: int, reason: str, tools: Tools) -> None:
    upload = session.get_one(Upload, upload_id)
    took = session.scalar(
        select(Source.id).where(Source.upload_id == upload_id).limit(1)
    )
    if took is None and not reason:
        reason = _first_reason(session, upload_id)
    upload.state = UploadState.rejected if took is None else UploadState.taken
    upload.reason = reason if took is None else ""
    upload.finished_at = tools.clock()


def _first_reason(session: Session, upload_id: int) -> str:
    refused = select(Refused.reason).where(Refused.upload_id == upload_id)
    first = session.scalar(refused.order_by(Refused.id).limit(1))
    return first or "there was nothing in it that could be taken"
