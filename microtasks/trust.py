"""How far a campaign's result can be trusted: volunteers' agreement, and their decisions against what is known better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, literal_column, select
from sqlalchemy.orm import Session, joinedload

from microtasks import promises, questions, resolutions, scoring
from microtasks.models import Answer, Campaign, Card, Clock, Resolution, Stage
from microtasks.promises import Promises
from microtasks.questions.kind import Decision, Kind

#: The most reviewed cards and gold cards of a stage that are looked at, the latest first, and answers to a gold card.
REVIEWED, GOLD, VOICES = 2000, 50, 20

#: Written out, so that the index of reviews serves: a bound value would not match its condition.
_REVIEW = Resolution.clock == literal_column(f"'{Clock.review.value}'")


@dataclass(frozen=True, slots=True)
class Against:
    """What the crowd had decided of some cards, against what is known of them; `kept` only if they are enough."""

    count: int
    right: int
    kept: Promises | None


@dataclass(frozen=True, slots=True)
class StageTrust:
    """One stage's decisions against gold and against reviewers."""

    name: str
    gold: Against
    reviewed: Against


def of(session: Session, campaign: Campaign) -> list[StageTrust]:
    """Measure a campaign's stages."""
    return [
        StageTrust(
            stage.name,
            _against(_gold(session, stage)),
            _against(_reviewed(session, stage)),
        )
        for stage in campaign.stages
    ]


def _against(told: Sequence[tuple[Decision, bool]]) -> Against:
    right = sum(is_right for _, is_right in told)
    return Against(len(told), right, promises.measure(scoring.stated(told)))


def _kind(stage: Stage) -> Kind:
    return questions.kind(stage.question["kind"])


def _reviewed(session: Session, stage: Stage) -> list[tuple[Decision, bool]]:
    """Compare the last word before each card's latest review with the reviewer's."""
    latest = (
        select(Resolution.card_id, func.max(Resolution.id).label("review"))
        .join(Card, Card.id == Resolution.card_id)
        # A sum that no index serves: from the few reviews to their cards, not from a stage's millions of cards.
        .where(_REVIEW, Card.stage_id + 0 == stage.id)
        .group_by(Resolution.card_id)
        .order_by(func.max(Resolution.id).desc())
        .limit(REVIEWED)
        .subquery()
    )
    rows = session.scalars(
        select(Resolution)
        .join(latest, latest.c.card_id == Resolution.card_id)
        .where(Resolution.id <= latest.c.review)
        .order_by(Resolution.id)
    )
    kind = _kind(stage)
    before: dict[int, Resolution] = {}
    told: dict[int, tuple[Decision, bool]] = {}
    for row in rows:
        if row.clock != Clock.review:
            before[row.card_id] = row
        elif crowd := before.get(row.card_id):
            said = Decision(crowd.value, crowd.confidence, crowd.method)
            told[row.card_id] = (said, kind.same(said.value, row.value))
    return list(told.values())


def _gold(session: Session, stage: Stage) -> list[tuple[Decision, bool]]:
    """Compare what volunteers' answers to gold cards come to with what is known of these."""
    cards = session.scalars(
        select(Card)
        .where(Card.stage_id == stage.id, Card.gold.is_not(None))
        .options(joinedload(Card.stage))
        .order_by(Card.id.desc())
        .limit(GOLD)
    ).all()
    kind, told = _kind(stage), []
    for card in cards:
        given = select(Answer).where(
            Answer.card_id == card.id,
            Answer.gold.is_(True),
            Answer.withdrawn_at.is_(None),
        )
        if answers := session.scalars(given.order_by(Answer.id).limit(VOICES)).all():
            crowd = resolutions.leaning(session, card, answers)
            told.append((crowd, kind.same(crowd.value, card.gold)))
    return told
