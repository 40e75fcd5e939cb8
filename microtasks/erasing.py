"""Deletion in small bites: cards and sources go together with everything that hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, exists, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from microtasks.models import (
    Answer,
    Base,
    Card,
    Lease,
    Report,
    Resolution,
    Skip,
    Source,
)

#: What hangs on a card, in the order in which it can go.
_ON_CARDS = (Lease, Skip, Report, Resolution, Answer)


def delete_cards(session: Session, cards: Sequence[int]) -> dict[str, int]:
    """Delete cards with their leases, reports, answers and resolutions; return how many rows of each went."""
    gone = {
        table.__tablename__: _delete(session, table, table.card_id.in_(cards))
        for table in _ON_CARDS
    }
    return gone | {"card": _delete(session, Card, Card.id.in_(cards))}


def without_answers(session: Session, cards: Sequence[int]) -> list[int]:
    """Return those of the cards on which nobody has said anything, not even something taken back."""
    query = select(Card.id).where(
        Card.id.in_(cards), ~exists().where(Answer.card_id == Card.id)
    )
    return list(session.scalars(query.order_by(Card.id)))


def drop_source(session: Session, source_id: int) -> bool:
    """Delete a source that can no longer be cut, unless somebody has answered one of its cards."""
    cards = list(session.scalars(select(Card.id).where(Card.source_id == source_id)))
    if len(without_answers(session, cards)) < len(cards):
        return False
    delete_cards(session, cards)
    _delete(session, Source, Source.id == source_id)
    return True


def delete_rows(
    session: Session, table: type[Base], key: Any, where: Any, limit: int
) -> int:
    """Delete at most so many rows of a table, found by its key; return how many went."""
    keys = session.scalars(select(key).where(where).limit(limit)).all()
    return _delete(session, table, key.in_(keys) & where) if keys else 0


def _delete(session: Session, table: type[Base], where: Any) -> int:
    done = session.execute(
        delete(table).where(where).execution_options(synchronize_session=False)
    )
    return done.rowcount if isinstance(done, CursorResult) else 0
