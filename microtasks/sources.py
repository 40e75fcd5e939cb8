"""Sources and their names: how each thing of an upload is called in data sets, unique in its campaign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, count

from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks.intake.found import FoundImage, FoundRecord
from microtasks.models import Source, Upload

#: A column of one of these names names its row; the first that a table has is taken.
NAMING_COLUMNS = ("id", "source", "name")
#: Longer names would not fit the index that keeps them unique.
LONGEST_NAME = 300


def free_names(
    session: Session, upload: Upload, found: Sequence[FoundImage | FoundRecord]
) -> list[str]:
    """Choose a name for each thing found, unused in the campaign and among themselves."""
    only = upload.files[0]["name"] if len(upload.files) == 1 else None
    wishes = [list(_wishes(each, each.file == only)) for each in found]
    used = _used(session, upload.campaign_id, set(chain.from_iterable(wishes)))
    chosen = []
    for names in wishes:
        free = next((name for name in names if name not in used), None)
        if free is None:
            free = _numbered(session, upload.campaign_id, names[-1], used)
        used.add(free)
        chosen.append(free)
    return chosen


def _wishes(found: FoundImage | FoundRecord, is_alone: bool) -> Iterator[str]:
    if isinstance(found, FoundImage):
        page = "" if found.page is None else f"#{found.page}"
        yield _short(found.file, page)
        return
    own = _own_name(found.columns)
    if own:
        yield own
    if is_alone:
        yield f"row {found.row}"
    yield _short(found.file, f" row {found.row}")


def _own_name(columns: Mapping[str, str]) -> str:
    """Return what a row calls itself, if it can be a name."""
    folded: dict[str, str] = {}
    for name in columns:
        folded.setdefault(name.casefold(), name)
    column = next((folded[name] for name in NAMING_COLUMNS if name in folded), None)
    own = " ".join(columns[column].split()) if column else ""
    return own if len(own) <= LONGEST_NAME else ""


def _short(file: str, end: str) -> str:
    """Return a file's path, its beginning left out where it is too long."""
    room = LONGEST_NAME - len(end)
    return (file if len(file) <= room else f"…{file[-(room - 1) :]}") + end


def _numbered(session: Session, campaign_id: int, name: str, used: set[str]) -> str:
    for number in count(2):
        numbered = f"{name} ({number})"
        if numbered not in used and not _used(session, campaign_id, {numbered}):
            return numbered
    raise AssertionError("unreachable")


def _used(session: Session, campaign_id: int, names: set[str]) -> set[str]:
    query = select(Source.name).where(
        Source.campaign_id == campaign_id, Source.name.in_(names)
    )
    return set(session.scalars(query))
