"""Between slicing and the tables: the pieces that each stage of a campaign makes of a source, as rows of cards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from microtasks import slicing
from microtasks.errors import InvalidInput, NothingToCut
from microtasks.models import FRESH_POSITIONS, CardState, Source, SourceKind
from microtasks.slicing.slicer import Cut, Piece, Subject
from microtasks.stages import Condition, Policy

_KINDS = {SourceKind.image: "a picture", SourceKind.record: "a row of a table"}


@dataclass(frozen=True, slots=True)
class Blade:
    """What cutting must know of a stage, read once and used for many sources."""

    stage_id: int
    name: str
    cut: Cut
    policy: Policy
    condition: Condition | None


def subject_of(source: Source) -> Subject:
    """Return what slicers may know of a stored source."""
    if source.kind == SourceKind.image:
        return Subject(source.width, source.height)
    return Subject.record(dict(source.columns))


def pieces(
    blades: Sequence[Blade], kind: SourceKind, subject: Subject
) -> tuple[dict[str, list[Piece]], str]:
    """Cut a source for every stage; InvalidInput if a stage that is always asked cannot cut it.

    Returned with a sentence for the coordinator, empty if there is nothing to say, where such a stage finds nothing.
    """
    cut: dict[str, list[Piece]] = {}
    note = ""
    for blade in blades:
        try:
            cut[blade.name] = _cut(blade, kind, subject)
        except InvalidInput as error:
            if blade.condition is None and not isinstance(error, NothingToCut):
                raise
            if blade.condition is None:
                note = f"{error}: it is kept, without cards of “{blade.name}”"
            cut[blade.name] = []
    return cut, note


def _cut(blade: Blade, kind: SourceKind, subject: Subject) -> list[Piece]:
    slicer = slicing.slicer(blade.cut.mode)
    if kind not in slicer.takes:
        raise InvalidInput(
            f"the stage “{blade.name}” cuts by `{slicer.mode}`, which cannot cut {_KINDS[kind]}"
        )
    return list(slicer.cut(subject, blade.cut.settings))


def cards(
    blades: Sequence[Blade],
    cut: Mapping[str, Sequence[Piece]],
    source_id: int,
    rng: Random,
) -> Iterator[dict[str, Any]]:
    """Yield a row for each card of a source, at random places among the fresh ones."""
    asking: set[str] = set()
    for blade in blades:
        state = _first_state(blade, asking)
        if cut[blade.name] and state != CardState.unneeded:
            asking.add(blade.name)
        for piece in cut[blade.name]:
            yield {
                "stage_id": blade.stage_id,
                "source_id": source_id,
                "slice": piece.name,
                "order": piece.order,
                "region": _region(piece),
                "position": rng.randrange(FRESH_POSITIONS),
                "state": state,
                "asked": blade.policy.min_answers,
                "max_answers": blade.policy.max_answers,
            }


def _first_state(blade: Blade, asking: Set[str]) -> CardState:
    """A conditional card waits, unless the earlier stage will have nothing to decide on this source."""
    if blade.condition is None:
        return CardState.open
    waits = blade.condition.stage in asking
    return CardState.waiting if waits else CardState.unneeded


def _region(piece: Piece) -> dict[str, Any]:
    return asdict(piece.region) if piece.region else {"fields": list(piece.fields)}
