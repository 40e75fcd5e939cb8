"""How far a campaign is: what dashboards, commands and public pages say of it, from a handful of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, case, cast, extract, func, select
from sqlalchemy.orm import Session

from microtasks.models import (
    Answer,
    Campaign,
    CampaignState,
    Card,
    CardState,
    Identity,
    Job,
    JobState,
    Stage,
)

#: So many hours back the pace is looked at.
HOURS = 48


@dataclass(frozen=True, slots=True)
class StageProgress:
    """One stage: its cards by their state, its answers, and how well they agree (Krippendorff's alpha)."""

    name: str
    cards: Mapping[CardState, int]
    answers: int = 0
    uncounted: int = 0
    remaining: float = 0
    alpha: float | None = None
    #: Cards that an estimate asked again after the live rule had closed them.
    reopened: int = 0

    @property
    def total(self) -> int:
        """All cards of the stage that are or may be asked."""
        gone = {CardState.unneeded, CardState.withdrawn}
        return sum(n for state, n in self.cards.items() if state not in gone)


@dataclass(frozen=True, slots=True)
class Progress:
    """A whole campaign. `hourly` counts answers in each of the last 48 hours, the latest last."""

    stages: tuple[StageProgress, ...]
    volunteers: int
    hourly: tuple[int, ...]
    #: When the last answer will be in if it goes on as it went; None if nothing says so.
    forecast: datetime | None

    @property
    def answers(self) -> int:
        """Counted answers, of all stages."""
        return sum(stage.answers for stage in self.stages)

    @property
    def uncounted(self) -> int:
        """Answers that came when their card's places were taken: kept, but no redundancy."""
        return sum(stage.uncounted for stage in self.stages)

    @property
    def total(self) -> int:
        """All cards that are or may be asked."""
        return sum(stage.total for stage in self.stages)

    @property
    def remaining(self) -> float:
        """Answers that are still needed, as far as one can tell."""
        return sum(stage.remaining for stage in self.stages)

    def count(self, state: CardState) -> int:
        """Cards in a state, of all stages."""
        return sum(stage.cards.get(state, 0) for stage in self.stages)

    @property
    def is_finished(self) -> bool:
        """Whether there are cards and none of them asks for an answer any more."""
        return self.total > 0 and not (
            self.count(CardState.open) or self.count(CardState.held)
        )

    @property
    def share_done(self) -> float:
        """The share of cards that need no more volunteers, 0 to 1."""
        done = self.count(CardState.resolved) + self.count(CardState.contested)
        return done / self.total if self.total else 0.0


def campaign(session: Session, campaign: Campaign, now: datetime) -> Progress:
    """Measure a campaign."""
    stages = list(campaign.stages)
    numbers = [stage.id for stage in stages]
    counts, open_places, reopened = _cards(session, numbers)
    answers = _answers(session, numbers)
    alphas = _alphas(session, campaign)
    measured = tuple(
        StageProgress(
            stage.name,
            counts.get(stage.id, {}),
            answers.get((stage.id, True), 0),
            answers.get((stage.id, False), 0),
            open_places.get(stage.id, 0) + _expected(stage, counts.get(stage.id, {})),
            alphas.get(str(stage.id)),
            reopened[stage.id],
        )
        for stage in stages
    )
    hourly = _hourly(session, numbers, now)
    remaining = sum(stage.remaining for stage in measured)
    forecast = _forecast(campaign, remaining, hourly, now)
    return Progress(measured, _volunteers(session, numbers), hourly, forecast)


def _cards(
    session: Session, stages: Sequence[int]
) -> tuple[dict[int, dict[CardState, int]], dict[int, int], Counter[int]]:
    """Count cards by stage and state, the answers that open ones still need, and the cards that were reopened."""
    counts: dict[int, dict[CardState, int]] = {}
    places: dict[int, int] = {}
    reopened: Counter[int] = Counter()
    rows = session.execute(
        select(
            Card.stage_id,
            Card.state,
            func.count(),
            func.sum(Card.asked - Card.counted),
            func.count(Card.reopened_at),
        )
        .where(Card.stage_id.in_(stages), Card.gold.is_(None))
        .group_by(Card.stage_id, Card.state)
    )
    for stage, state, count, missing, again in rows:
        reopened[stage] += again
        counts.setdefault(stage, {})[CardState(state)] = count
        if state == CardState.open:
            places[stage] = int(missing)
    return counts, places, reopened


def _expected(stage: Stage, counts: Mapping[CardState, int]) -> float:
    """Guess the answers that waiting cards will need, from how many of their like were needed so far."""
    waiting = counts.get(CardState.waiting, 0)
    unneeded = counts.get(CardState.unneeded, 0)
    decided = sum(counts.values()) - waiting
    share = (decided - unneeded + 1) / (decided + 1)
    return waiting * share * stage.min_answers


def _answers(session: Session, stages: Sequence[int]) -> dict[tuple[int, bool], int]:
    rows = session.execute(
        select(Answer.stage_id, Answer.counted, func.count())
        .where(
            Answer.stage_id.in_(stages),
            Answer.withdrawn_at.is_(None),
            Answer.gold.is_(False),
        )
        .group_by(Answer.stage_id, Answer.counted)
    )
    return {(stage, bool(counted)): count for stage, counted, count in rows}


def _volunteers(session: Session, stages: Sequence[int]) -> int:
    """Count people: an account is one person in however many browsers."""
    anonymous = case((Identity.account_id.is_(None), Identity.id))
    row = session.execute(
        select(
            func.count(anonymous.distinct()), func.count(Identity.account_id.distinct())
        )
        .select_from(Answer)
        .join(Identity, Identity.id == Answer.identity_id)
        .where(Answer.stage_id.in_(stages), Answer.withdrawn_at.is_(None))
    ).one()
    return int(row[0]) + int(row[1])


def _hourly(session: Session, stages: Sequence[int], now: datetime) -> tuple[int, ...]:
    hour = cast(extract("epoch", Answer.answered_at), BigInteger) // 3600
    rows = session.execute(
        select(hour, func.count())
        .where(
            Answer.stage_id.in_(stages),
            Answer.answered_at > now - timedelta(hours=HOURS),
            Answer.counted.is_(True),
            Answer.withdrawn_at.is_(None),
        )
        .group_by(hour)
    )
    counts: dict[int, Any] = {int(number): count for number, count in rows}
    last = int(now.timestamp()) // 3600
    return tuple(counts.get(last - back, 0) for back in reversed(range(HOURS)))


def _alphas(session: Session, campaign: Campaign) -> dict[str, float | None]:
    """Return the agreement that the last batch estimate found, by stage."""
    cursor = session.scalars(
        select(Job.cursor)
        .where(
            Job.campaign_id == campaign.id,
            Job.kind.in_(("estimate", "freeze")),  # a data set begins with an estimate
            Job.state == JobState.done,
        )
        .order_by(Job.id.desc())
        .limit(1)
    ).first()
    return dict((cursor or {}).get("alpha", {}))


def _forecast(
    campaign: Campaign, remaining: float, hourly: Sequence[int], now: datetime
) -> datetime | None:
    """Divide what is left by the pace of the last day; of the last two where the last was silent."""
    if campaign.state != CampaignState.open or remaining <= 0:
        return None
    for hours in (24, HOURS):
        if answers := sum(hourly[-hours:]):
            running = (now - (campaign.opened_at or now)) / timedelta(hours=1)
            pace = answers / min(hours, max(running, 1))
            return now + timedelta(hours=min(remaining / pace, 24 * 365 * 100))
    return None
