"""A volunteer's turn: what is on the table, and what each of their moves does. Runs inside one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom

from sqlalchemy.orm import Session

from microtasks import answers, dispatch, faces, questions, reports, undo
from microtasks.answers import Said
from microtasks.dispatch import Outlook
from microtasks.errors import InvalidInput
from microtasks.faces import Face
from microtasks.models import Answer, Campaign, Identity, Lease

_RNG = SystemRandom()


@dataclass(frozen=True, slots=True)
class Move:
    """What a card's form sent: the lease's key, the answer's fields, and which button was pressed."""

    action: str = "answer"
    key: str = ""
    value: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Hand:
    """What lies before a volunteer: a card with its key, or why there is none, and the answer they may take back."""

    campaign: Campaign
    lease: Lease | None
    face: Face | None
    outlook: Outlook | None
    last: Answer | None
    last_text: str = ""


def deal(
    session: Session, campaign: Campaign, identity: Identity, now: datetime
) -> Hand:
    """Give the volunteer the card they hold or the next one."""
    lease = dispatch.next_lease(session, campaign, identity, now=now, rng=_RNG)
    last = undo.last_answer(session, campaign, identity, now)
    return Hand(
        campaign=campaign,
        lease=lease,
        face=faces.face(lease.card) if lease else None,
        outlook=None if lease else dispatch.outlook(session, campaign, identity, now),
        last=last,
        last_text=_in_words(last) if last else "",
    )


def play(
    session: Session, campaign: Campaign, identity: Identity, move: Move, now: datetime
) -> None:
    """Carry out a volunteer's move, or raise what refuses it."""
    if move.action not in _MOVES:
        raise InvalidInput(
            f"A card has no button called “{move.action[:40]}”.", "action"
        )
    _MOVES[move.action](session, campaign, identity, move, now)


def _answer(
    session: Session, campaign: Campaign, identity: Identity, move: Move, now: datetime
) -> None:
    answers.take(session, move.key, identity, Said(move.value), now)


def _cant_tell(
    session: Session, campaign: Campaign, identity: Identity, move: Move, now: datetime
) -> None:
    answers.take(session, move.key, identity, Said(cant_tell=True), now)


def _skip(
    session: Session, campaign: Campaign, identity: Identity, move: Move, now: datetime
) -> None:
    answers.skip(session, move.key, identity, now)


def _report(
    session: Session, campaign: Campaign, identity: Identity, move: Move, now: datetime
) -> None:
    reports.report(session, move.key, identity, move.reason, now)


def _undo(
    session: Session, campaign: Campaign, identity: Identity, move: Move, now: datetime
) -> None:
    undo.undo(session, campaign, identity, now)


_MOVES: Mapping[str, Callable[[Session, Campaign, Identity, Move, datetime], None]] = {
    "answer": _answer,
    "cant_tell": _cant_tell,
    "skip": _skip,
    "report": _report,
    "undo": _undo,
}


def _in_words(answer: Answer) -> str:
    if answer.value is None:
        return "can't tell"
    kind = questions.kind(answer.card.stage.question["kind"])
    parts = answer.value if isinstance(answer.value, list) else [answer.value]
    return (
        ", ".join(
            kind.write(part) if not isinstance(part, str) else part for part in parts
        )
        or "none of these"
    )
