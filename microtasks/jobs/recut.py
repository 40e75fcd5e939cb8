"""The job after a change of stages: cards that no longer fit go, missing ones come, limits of answers reach old cards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from microtasks import conditions, erasing, places, stages
from microtasks.jobs import intake
from microtasks.jobs.tools import Tools
from microtasks.models import (
    Card,
    CardState,
    Job,
    Refused,
    Source,
    Stage,
)
from microtasks.stages import Policy

#: Cards that one transaction deletes or changes.
BATCH = 200

_UNDECIDED = {CardState.open, CardState.waiting, CardState.unneeded, CardState.held}


def steps(session: Session, job: Job, tools: Tools) -> Iterator[None]:
    """Drop cards, read the uploads again for what is missing, decide what waits, and set limits."""
    uploads: list[int] = job.arguments["uploads"]
    for stage_id in job.arguments["drop"]:
        yield from _drop(session, job, stage_id, uploads)
    yield from _read_again(session, job, tools, uploads)
    if uploads:
        yield from _settle(session, job, tools)
    for stage_id in job.arguments["limits"]:
        yield from _limit(session, job, stage_id, tools)


def _move(job: Job, done: int, **cursor: Any) -> None:
    job.cursor, job.done = job.cursor | cursor, job.done + done


def _drop(
    session: Session, job: Job, stage_id: int, uploads: Sequence[int]
) -> Iterator[None]:
    """Delete a stage's cards that nobody answered, and the stage itself if it was removed and nothing is left."""
    after = job.cursor.get("dropped", {}).get(str(stage_id), 0)
    ours = (Card.stage_id == stage_id) & Source.upload_id.in_(uploads)
    while cards := _next(session, ours, after):
        erasing.delete_cards(session, erasing.without_answers(session, cards))
        after = cards[-1]
        dropped = job.cursor.get("dropped", {}) | {str(stage_id): after}
        _move(job, len(cards), dropped=dropped)
        yield
    left = session.scalar(select(func.count(Card.id)).where(Card.stage_id == stage_id))
    gone = (Stage.id == stage_id) & (Stage.position < 0)
    if not left:
        session.execute(delete(Stage).where(gone))
    yield


def _next(session: Session, where: ColumnElement[bool], after: int) -> Sequence[int]:
    return session.scalars(
        select(Card.id)
        .join(Source, Source.id == Card.source_id)
        .where(where, Card.id > after)
        .order_by(Card.id)
        .limit(BATCH)
    ).all()


def _read_again(
    session: Session, job: Job, tools: Tools, uploads: Sequence[int]
) -> Iterator[None]:
    """Read each upload again: a source that stands gets what it lacks, one that was refused gets another chance."""
    for upload_id in uploads[job.cursor.get("uploads", 0) :]:
        if "item" not in job.cursor:
            session.execute(delete(Refused).where(Refused.upload_id == upload_id))
            _move(job, 0, item=0)
            yield

        def reached(item: int, chunk: int) -> None:
            _move(job, item - job.cursor["item"], item=item, chunk=chunk)

        yield from intake.read(session, tools, upload_id, job.cursor["item"], reached)
        behind = {name: at for name, at in job.cursor.items() if name != "item"}
        job.cursor = behind | {"uploads": behind.get("uploads", 0) + 1}
        yield


def _settle(session: Session, job: Job, tools: Tools) -> Iterator[None]:
    """Cards that were cut after the earlier stage had decided need not wait."""
    after = job.cursor.get("settled", 0)
    query = select(Stage).where(Stage.campaign_id == job.campaign_id)
    later = [stage.id for stage in session.scalars(query) if stage.condition]
    waiting = Card.stage_id.in_(later) & (Card.state == CardState.waiting)
    while cards := _some(session, waiting, after, 20):
        for card in cards:
            conditions.reconsider(session, card, tools.clock())
        after = cards[-1].id
        _move(job, 0, settled=after)
        yield


def _limit(session: Session, job: Job, stage_id: int, tools: Tools) -> Iterator[None]:
    """Bring a stage's cards to its new limits. What is decided stays decided, what is answered stays counted."""
    after = job.cursor.get("limited", {}).get(str(stage_id), 0)
    while cards := _some(session, Card.stage_id == stage_id, after, BATCH):
        policy = stages.policy(session.get_one(Stage, stage_id))
        for card in cards:
            _set_limits(card, policy, places.queue_position(tools.clock()))
        after = cards[-1].id
        limited = job.cursor.get("limited", {}) | {str(stage_id): after}
        _move(job, len(cards), limited=limited)
        yield


def _set_limits(card: Card, policy: Policy, position: int) -> None:
    if card.gold is not None:
        return
    held = card.leased + card.counted
    if card.state == CardState.contested and held < policy.max_answers:
        # More answers are allowed now: they may settle what a reviewer would have to.
        card.state, card.resolution_id = CardState.open, None
        card.asked, card.position = held + 1, position
    elif card.state in _UNDECIDED:
        # Fewer than before only while nobody answered: a card with all its answers and no decision would be stuck.
        least = held if card.counted == 0 else card.asked
        card.asked = max(policy.min_answers, least)
    card.max_answers = max(policy.max_answers, card.asked)


def _some(
    session: Session, where: ColumnElement[bool], after: int, limit: int
) -> Sequence[Card]:
    return session.scalars(
        select(Card)
        .where(where, Card.id > after)
        .order_by(Card.id)
        .limit(limit)
        .with_for_update()
    ).all()
