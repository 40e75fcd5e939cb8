"""The batch clock's word on cards: it supersedes the live one where it says something else, and no reviewer has spoken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks import conditions, places, questions, stages
from microtasks.models import (
    Answer,
    CampaignState,
    Card,
    CardState,
    Clock,
    Resolution,
    Stage,
)
from microtasks.questions.kind import Decision

#: A confidence that moved less than this is not worth another line in a card's history.
WORTH_WRITING = 0.01

_DECIDED = {CardState.resolved, CardState.contested}


def apply(
    session: Session,
    stage: Stage,
    decisions: Mapping[int, Decision],
    read: Mapping[int, Sequence[int]],
    now: datetime,
) -> None:
    """Let a batch of cards be what the estimate says; cards that changed since it was made wait for the next one."""
    cards = session.scalars(
        select(Card)
        .where(Card.id.in_(decisions))
        .order_by(Card.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    rests_on = _rests_on(session, decisions)
    history = _resolutions(session, cards)
    for card in cards:
        reviewed = card.id in history.reviewed
        untouched = rests_on.get(card.id) == read[card.id]
        if untouched and not reviewed and card.gold is None:
            told = _Told(decisions[card.id], rests_on[card.id], now)
            _apply(session, stage, card, history.current.get(card.id), told)


@dataclass(frozen=True, slots=True)
class _Told:
    """What the estimate says of one card, on which answers it rests, and when."""

    decision: Decision
    answers: list[int]
    now: datetime


@dataclass(frozen=True, slots=True)
class _History:
    current: dict[int, Resolution]
    reviewed: set[int]


def _rests_on(session: Session, cards: Iterable[int]) -> dict[int, list[int]]:
    rows = session.execute(
        select(Answer.card_id, Answer.id)
        .where(
            Answer.card_id.in_(cards),
            Answer.counted.is_(True),
            Answer.withdrawn_at.is_(None),
            Answer.gold.is_(False),
        )
        .order_by(Answer.id)
    )
    found: dict[int, list[int]] = {}
    for card, answer in rows:
        found.setdefault(card, []).append(answer)
    return found


def _resolutions(session: Session, cards: Sequence[Card]) -> _History:
    numbers = [card.resolution_id for card in cards if card.resolution_id]
    current = session.scalars(select(Resolution).where(Resolution.id.in_(numbers)))
    reviewed = session.scalars(
        select(Resolution.card_id).where(
            Resolution.card_id.in_([card.id for card in cards]),
            Resolution.clock == Clock.review,
        )
    )
    return _History({each.card_id: each for each in current}, set(reviewed))


def _apply(
    session: Session, stage: Stage, card: Card, current: Resolution | None, told: _Told
) -> None:
    is_last_word = stage.campaign.state == CampaignState.closed
    if _needs_another_look(stage, card, told.decision):
        _supersede(session, stage, card, told)  # the card's history says why
        _reopen(session, card, told.now)
        return
    is_met = stages.policy(stage).is_met(len(told.answers), told.decision.confidence)
    # An open card that the crowd as a whole settles asks nobody more, unless somebody has it in hand just now.
    may_speak = is_last_word or (is_met and card.leased == 0)
    if card.state not in _DECIDED and not (may_speak and card.state == CardState.open):
        return
    before, was = card.state, current
    if was is None or _differs(stage, was, told.decision):
        _supersede(session, stage, card, told)
    if is_met:
        card.state = CardState.resolved
    session.flush()
    same_value = was is not None and was.value == told.decision.value
    if card.state != before or not same_value:
        conditions.follow(session, card, told.now)


def _differs(stage: Stage, was: Resolution, decision: Decision) -> bool:
    kind = questions.kind(stages.question(stage).kind)
    moved = abs(was.confidence - decision.confidence) > WORTH_WRITING
    return moved or not kind.same(was.value, decision.value)


def _needs_another_look(stage: Stage, card: Card, decision: Decision) -> bool:
    """Once only, while people still answer: a decided card that turns out to be clearly unsure."""
    return (
        stage.campaign.state == CampaignState.open
        and card.state == CardState.resolved
        and card.reopened_at is None
        and card.counted < card.max_answers
        and stages.policy(stage).is_clearly_missed(decision.confidence)
    )


def _reopen(session: Session, card: Card, now: datetime) -> None:
    card.state, card.resolution_id = CardState.open, None
    card.asked = max(card.asked, min(card.max_answers, card.leased + card.counted + 1))
    card.reopened_at, card.position = now, places.queue_position(now)
    session.flush()
    conditions.follow(session, card, now)


def _supersede(session: Session, stage: Stage, card: Card, told: _Told) -> None:
    resolution = Resolution(
        card_id=card.id,
        stage_version=stage.version,
        value=told.decision.value,
        confidence=told.decision.confidence,
        method=told.decision.method,
        clock=Clock.batch,
        answers=told.answers,
        made_at=told.now,
    )
    session.add(resolution)
    session.flush()
    card.resolution_id = resolution.id
