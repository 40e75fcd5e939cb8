"""What a card is decided to be, and when: the live clock on each answer, and a reviewer's word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks import conditions, places, questions, stages
from microtasks.consensus import live
from microtasks.errors import WrongState
from microtasks.models import (
    Account,
    Answer,
    Card,
    CardState,
    Clock,
    Resolution,
    Standing,
)
from microtasks.questions.kind import Decision, Vote


def decide(session: Session, card: Card, now: datetime) -> Resolution | None:
    """Close a card whose answers are in, ask one more, or hand it to a reviewer.

    Call it in the transaction that counted an answer: it holds the card's row.
    """
    session.refresh(card)
    if card.state != CardState.open or card.counted < card.asked:
        return None
    answers = counted_answers(session, card)
    decision = leaning(session, card, answers)
    if stages.policy(card.stage).is_met(len(answers), decision.confidence):
        return _close(session, card, CardState.resolved, decision, answers, now)
    if places.ask_one_more(session, card.id, now):
        session.refresh(card)
        return None
    return _close(session, card, CardState.contested, decision, answers, now)


def leaning(session: Session, card: Card, answers: Sequence[Answer]) -> Decision:
    """Say what the answers so far make of a card, each volunteer weighed by what is known of them.

    The card's few answers are added up anew rather than kept as a sum: so neither an answer taken back nor an
    estimate that came in between can leave a sum behind that no answers stand for.
    """
    question = stages.question(card.stage)
    votes = _votes(session, answers)
    return questions.kind(question.kind).decide(question, votes, card.stage.crowd)


def settle(
    session: Session, card: Card, value: Any, account: Account, now: datetime
) -> Resolution:
    """Let a reviewer decide a card: nothing that is computed later overrides it."""
    session.refresh(card, with_for_update={"of": Card})
    if card.state not in {CardState.contested, CardState.resolved, CardState.open}:
        raise WrongState(f"A card that is {card.state} cannot be decided.")
    answers = counted_answers(session, card)
    resolution = _append(
        session, card, Clock.review, Decision(value, 1.0, "review"), answers, now
    )
    resolution.account_id = account.id
    card.state = CardState.resolved
    session.flush()
    conditions.follow(session, card, now)
    return resolution


def counted_answers(session: Session, card: Card) -> Sequence[Answer]:
    """Return the answers that consensus rests on, in the order in which they came."""
    return session.scalars(
        select(Answer)
        .where(
            Answer.card_id == card.id,
            Answer.counted.is_(True),
            Answer.withdrawn_at.is_(None),
        )
        .order_by(Answer.id)
    ).all()


def _votes(session: Session, answers: Sequence[Answer]) -> list[Vote]:
    rows = session.execute(
        select(Standing.identity_id, Standing.accuracy, Standing.record).where(
            Standing.stage_id.in_({answer.stage_id for answer in answers}),
            Standing.identity_id.in_([answer.identity_id for answer in answers]),
        )
    )
    standing = {row.identity_id: (row.accuracy, row.record) for row in rows}
    votes = []
    for answer in answers:
        known = standing.get(answer.identity_id, (live.UNKNOWN, None))
        fast = "fast" in answer.flag.split()
        votes.append(
            Vote(str(answer.identity_id), answer.value, known[0], fast, known[1])
        )
    return votes


def _close(
    session: Session,
    card: Card,
    state: CardState,
    decision: Decision,
    answers: Sequence[Answer],
    now: datetime,
) -> Resolution:
    resolution = _append(session, card, Clock.live, decision, answers, now)
    card.state = state
    session.flush()
    conditions.follow(session, card, now)
    return resolution


def _append(
    session: Session,
    card: Card,
    clock: Clock,
    decision: Decision,
    answers: Sequence[Answer],
    now: datetime,
) -> Resolution:
    resolution = Resolution(
        card_id=card.id,
        stage_version=card.stage.version,
        value=decision.value,
        confidence=decision.confidence,
        method=decision.method,
        clock=clock,
        answers=[answer.id for answer in answers],
        made_at=now,
    )
    session.add(resolution)
    session.flush()
    card.resolution_id = resolution.id
    return resolution
