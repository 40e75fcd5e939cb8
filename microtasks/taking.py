"""Found things become sources with their cards, refused ones a line for the coordinator; done twice, it is the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from random import Random
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from microtasks import cutting, erasing, sources, stages
from microtasks.cutting import Blade
from microtasks.errors import InvalidInput, WrongState
from microtasks.intake.found import Found, FoundImage, FoundRecord, Refusal
from microtasks.models import Campaign, Card, Refused, Source, SourceKind, Upload
from microtasks.slicing.slicer import Line, Piece, Subject

#: Cards that are stored in one transaction: some 20 ms on SQLite.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Media:
    """A picture that is in the store already: its keys, its size in pixels and in bytes."""

    original: str
    picture: str
    width: int
    height: int
    size: int


@dataclass(frozen=True, slots=True)
class Item:
    """One found thing and its number in the upload. A picture without `media` was taken before.

    `lines` are the lines of text seen in a picture; None if no stage needs them.
    """

    number: int
    found: Found
    media: Media | None = None
    lines: tuple[Line, ...] | None = None


def take(session: Session, upload_id: int, items: Sequence[Item]) -> Iterator[None]:
    """Store a batch of items; it yields wherever a long transaction should be committed."""
    upload = session.get_one(Upload, upload_id)
    campaign = upload.campaign
    if campaign.deleted_at is not None:
        raise WrongState("The campaign was deleted.")
    blades = blades_of(campaign)
    old = _taken_before(session, upload, items)
    cuts, refusals = _cut(blades, items)
    new = [item for item in items if item.number in cuts and item.number not in old]
    numbers = old | _add(session, upload, new)

    seeds = {
        number: f"{campaign.pseudonym_key} {upload_id} {number}" for number in cuts
    }
    rows = _missing(session, blades, cuts, numbers, set(old), seeds)
    while chunk := list(islice(rows, CHUNK)):
        session.execute(insert(Card), chunk)
        if len(chunk) == CHUNK:
            yield
    gone = {number: source for number, source in old.items() if number not in cuts}
    _refuse(session, upload_id, refusals, gone)


def blades_of(campaign: Campaign) -> list[Blade]:
    """Return what cutting must know of a campaign's stages."""
    return [
        Blade(
            stage.id,
            stage.name,
            stages.cut(stage),
            stages.policy(stage),
            stages.condition(stage),
        )
        for stage in campaign.stages
    ]


def _taken_before(
    session: Session, upload: Upload, items: Sequence[Item]
) -> dict[int, int]:
    """Return item -> source of what an earlier attempt, or an earlier way of slicing, has taken."""
    query = select(Source.item, Source.id).where(
        Source.upload_id == upload.id,
        Source.item.in_([item.number for item in items]),
    )
    return dict(session.execute(query).all())


def _cut(
    blades: Sequence[Blade], items: Sequence[Item]
) -> tuple[dict[int, dict[str, list[Piece]]], dict[int, Refusal]]:
    cuts: dict[int, dict[str, list[Piece]]] = {}
    refusals: dict[int, Refusal] = {}
    for item in items:
        found = item.found
        if isinstance(found, Refusal):
            refusals[item.number] = found
            continue
        try:
            cuts[item.number], note = cutting.pieces(blades, *_subject(item, found))
            if note:
                refusals[item.number] = Refusal(found.file, note)
        except InvalidInput as error:
            row = found.row if isinstance(found, FoundRecord) else None
            refusals[item.number] = Refusal(found.file, str(error), row, error.field)
    return cuts, refusals


def _subject(item: Item, found: FoundImage | FoundRecord) -> tuple[SourceKind, Subject]:
    if isinstance(found, FoundImage):
        subject = Subject(found.width, found.height, lines=item.lines)
        return SourceKind.image, subject
    return SourceKind.record, Subject.record(found.columns)


def _add(session: Session, upload: Upload, items: Sequence[Item]) -> dict[int, int]:
    found = [item.found for item in items if not isinstance(item.found, Refusal)]
    names = sources.free_names(session, upload, found)
    rows = [
        Source(
            campaign_id=upload.campaign_id,
            upload_id=upload.id,
            item=item.number,
            name=name,
            **_columns(item),
        )
        for item, name in zip(items, names, strict=True)
    ]
    session.add_all(rows)
    session.flush()
    return {row.item: row.id for row in rows}


def _columns(item: Item) -> dict[str, Any]:
    found, media = item.found, item.media
    if isinstance(found, Refusal):
        raise TypeError("a refusal is no source")
    columns = [[name, text] for name, text in found.columns.items()]
    if isinstance(found, FoundRecord):
        size = sum(len(text) for text in found.columns.values())
        return {"kind": SourceKind.record, "columns": columns, "row": found.row, "size": size}  # fmt: skip
    if media is None:
        raise WrongState("Another job took this picture's place; try again.")
    return {
        "kind": SourceKind.image,
        "columns": columns,
        "original": media.original,
        "picture": media.picture,
        "width": media.width,
        "height": media.height,
        "size": media.size,
    }


def _missing(
    session: Session,
    blades: Sequence[Blade],
    cuts: Mapping[int, Mapping[str, Sequence[Piece]]],
    numbers: Mapping[int, int],
    old: set[int],
    seeds: Mapping[int, str],
) -> Iterator[dict[str, Any]]:
    """Return rows for the cards that are not there yet; each item's places depend on itself alone."""
    query = select(Card.stage_id, Card.source_id, Card.slice).where(
        Card.source_id.in_([numbers[item] for item in old if item in cuts])
    )
    there = {tuple(row) for row in session.execute(query)} if old else set()
    rows = chain.from_iterable(
        cutting.cards(blades, cut, numbers[item], Random(seeds[item]))  # noqa: S311 - only shuffles
        for item, cut in cuts.items()
    )
    return (
        row
        for row in rows
        if (row["stage_id"], row["source_id"], row["slice"]) not in there
    )


def _refuse(
    session: Session,
    upload_id: int,
    refusals: Mapping[int, Refusal],
    gone: Mapping[int, int],
) -> None:
    """Write what is told to the coordinator, last of all: a batch that is taken twice must not show it twice.

    What was taken before and cannot be cut any more goes; a picture in which nothing was found stays.
    """
    for number, refusal in refusals.items():
        session.add(
            Refused(
                upload_id=upload_id,
                file=refusal.file,
                row=refusal.row,
                column=refusal.column,
                reason=refusal.reason,
            )
        )
        if number in gone:
            erasing.drop_source(session, gone[number])
    session.flush()
