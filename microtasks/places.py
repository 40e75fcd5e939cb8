"""A card's places (DESIGN section 4): every change of `asked`, `leased` and `counted` is one conditional UPDATE here.

Each function says by its answer whether it moved anything; the table's CHECK holds whatever happens around it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, literal_column, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from microtasks.models import FRESH_POSITIONS, Card, CardState


def is_free() -> ColumnElement[bool]:
    """Say of a card that a place can be taken from it, in the very words of the index of free cards.

    A database uses a partial index only where it can see, before any value is bound, that the query implies it.
    """
    return (Card.state == literal_column("'open'")) & (
        Card.leased + Card.counted < Card.asked
    )


def queue_position(now: datetime) -> int:
    """Return a place at the end of the queue of begun cards: later moments stand further back."""
    return int(now.timestamp() * 1_000_000)


def lease(session: Session, card_id: int) -> bool:
    """Take a free place of an open card."""
    return _change(session, card_id, is_free(), leased=Card.leased + 1)


def give_back(session: Session, card_id: int, now: datetime) -> bool:
    """Free a leased place; the card queues up again for those who had walked past it."""
    return _change(
        session,
        card_id,
        Card.leased > 0,
        leased=Card.leased - 1,
        position=queue_position(now),
    )


def count_leased(session: Session, card_id: int, now: datetime) -> bool:
    """Turn a leased place into a counted answer; a fresh card joins the queue of begun ones."""
    return _change(
        session,
        card_id,
        (Card.leased > 0) & Card.state.in_((CardState.open, CardState.held)),
        leased=Card.leased - 1,
        counted=Card.counted + 1,
        position=_begun(now),
    )


def count_free(session: Session, card_id: int, now: datetime) -> bool:
    """Count an answer whose lease was taken over, if a place is free."""
    return _change(
        session, card_id, is_free(), counted=Card.counted + 1, position=_begun(now)
    )


def uncount(session: Session, card_id: int, now: datetime) -> bool:
    """Take back a counted answer: its place is free and the card open again."""
    return _change(
        session,
        card_id,
        Card.counted > 0,
        counted=Card.counted - 1,
        state=CardState.open,
        resolution_id=None,
        position=queue_position(now),
    )


def ask_one_more(session: Session, card_id: int, now: datetime) -> bool:
    """Raise `asked` by one where the maximum allows it."""
    more = (Card.asked < Card.max_answers) & (Card.counted == Card.asked)
    return _change(
        session, card_id, more, asked=Card.asked + 1, position=queue_position(now)
    )


def _begun(now: datetime) -> ColumnElement[int]:
    return case(
        (Card.position < FRESH_POSITIONS, queue_position(now)), else_=Card.position
    )


def _change(
    session: Session, card_id: int, where: ColumnElement[bool], **values: Any
) -> bool:
    result = session.execute(
        update(Card)
        .where(Card.id == card_id, where)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(
        result, CursorResult
    ):  # pragma: no cover - an UPDATE always has a cursor
        raise TypeError(result)
    return result.rowcount == 1
