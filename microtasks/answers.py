"""Volunteers' answers: each lease gives at most one, whatever the network does, and a card counts no more than it asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from microtasks import dispatch, people, places, questions, resolutions, stages
from microtasks.errors import InvalidAnswer, KeyConflict, LeaseExpired, NotFound
from microtasks.models import Answer, Card, Identity, Lease, Skip, Stage

#: Faster than anybody can look at a card (seconds): the answer counts, flagged, with low reliability.
SUSPICIOUSLY_FAST = 0.3


@dataclass(frozen=True, slots=True)
class Said:
    """What came from a card's form: the raw fields of an answer, or "can't tell"."""

    raw: tuple[str, ...] = ()
    cant_tell: bool = False


def take(
    session: Session, key: str, identity: Identity, said: Said, now: datetime
) -> Answer:
    """Store the answer of a lease, once: sent again it is the same answer, with another value it is refused."""
    lease = find_lease(session, key, identity)
    if lease is None:
        return _again(session, key, identity, said)
    if lease.card.stage.frozen_at is None:
        # The first answer and a change of the question wait for each other.
        session.refresh(
            lease.card.stage, with_for_update={"of": Stage, "key_share": True}
        )
    value = _value(lease.card.stage, said)
    answer = _store(session, lease, value, now)
    if answer.counted:
        _freeze(lease.card.stage, now)
        resolutions.decide(session, lease.card, now)
    return answer


def skip(session: Session, key: str, identity: Identity, now: datetime) -> None:
    """Give a card back: its place is free, and it is not offered to this person again."""
    lease = find_lease(session, key, identity)
    if lease is None:
        return  # sent twice, or too late: the place was given back already
    session.merge(Skip(card_id=lease.card_id, identity_id=identity.id, skipped_at=now))
    dispatch.give_back(session, lease, now)


def find_lease(session: Session, key: str, identity: Identity) -> Lease | None:
    """Return a live or lapsed lease of this person; another person's key does not exist for them."""
    lease = session.scalars(
        select(Lease)
        .where(Lease.key == key)
        .options(
            joinedload(Lease.card).joinedload(Card.stage).joinedload(Stage.campaign)
        )
        .with_for_update(of=Lease)
    ).first()
    if lease is not None and lease.identity_id not in people.identity_ids(
        session, identity
    ):
        raise NotFound("This card belongs to somebody else.")
    if lease is not None and lease.card.stage.campaign.deleted_at:
        raise NotFound("This campaign does not exist any more.")
    return lease


def _store(session: Session, lease: Lease, value: Any, now: datetime) -> Answer:
    card, seconds = lease.card, (now - lease.issued_at).total_seconds()
    counted = _claim(session, lease, now)
    answer = Answer(
        key=lease.key,
        card_id=card.id,
        stage_id=card.stage_id,
        stage_version=card.stage.version,
        identity_id=lease.identity_id,
        value=value,
        answered_at=now,
        seconds=round(seconds, 3),
        late=now > lease.until,
        counted=counted,
        flag="fast" if seconds < SUSPICIOUSLY_FAST else "",
    )
    session.delete(lease)
    session.add(answer)
    session.flush()
    return answer


def _claim(session: Session, lease: Lease, now: datetime) -> bool:
    """Turn the lease's place, or a free one, into a counted answer's."""
    if lease.taken_over:
        return places.count_free(session, lease.card_id, now)
    if places.count_leased(session, lease.card_id, now):
        return True
    places.give_back(session, lease.card_id, now)
    return False


def _again(session: Session, key: str, identity: Identity, said: Said) -> Answer:
    answer = session.scalars(select(Answer).where(Answer.key == key)).first()
    if answer is None or answer.identity_id not in people.identity_ids(
        session, identity
    ):
        raise LeaseExpired("This card was given to somebody else. Here is another one.")
    if answer.withdrawn_at is not None:
        raise KeyConflict("You took this answer back; it stays taken back.")
    if answer.value != _value(answer.card.stage, said):
        raise KeyConflict(
            "You have answered this card already, with something else. Use undo to change it."
        )
    return answer


def _value(stage: Stage, said: Said) -> Any:
    question = stages.question(stage)
    if said.cant_tell:
        if not question.settings.get("cant_tell", True):
            raise InvalidAnswer(
                "This question needs an answer; skip the card if you have none."
            )
        return None
    return questions.kind(question.kind).parse(question, said.raw)


def _freeze(stage: Stage, now: datetime) -> None:
    """From its first answer on, a stage's question means what it meant then."""
    if stage.frozen_at is None:
        stage.frozen_at = now
