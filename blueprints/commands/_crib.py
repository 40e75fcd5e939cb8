"""What the simulator reads beside the site: where a card comes from, and whether what volunteers were told is true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import create_engine, exists, func, select
from sqlalchemy.orm import Session

from config import Config
from microtasks import database
from microtasks.models import (
    FRESH_POSITIONS,
    Answer,
    Card,
    CardState,
    Lease,
    Resolution,
    Skip,
    Source,
    Stage,
)
from microtasks.simulation import Place

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Glance:
    """A card as the database knows it."""

    card: str
    identity: int
    place: Place


class Crib:
    """Looks up cards and checks claims in connections of its own; volunteers' threads share it."""

    def __init__(self, config: Config, campaign: int) -> None:
        self.campaign = campaign
        options = database.engine_options(config.database)
        self.engine = create_engine(config.database, **options)
        database.prepare(self.engine)

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    def glance(self, key: str) -> Glance | None:
        """Find the card of a lease by the key in its form."""
        query = (
            select(Card.public_id, Lease.identity_id, Source, Stage.name, Card.slice)
            .join(Card, Card.id == Lease.card_id)
            .join(Source, Source.id == Card.source_id)
            .join(Stage, Stage.id == Card.stage_id)
            .where(Lease.key == key)
        )
        with database.reading(), Session(self.engine) as session:
            row = session.execute(query).one_or_none()
            if row is None:
                return None
            card, identity, source, stage, part = row
            return Glance(card, identity, Place(source.name, source.row, stage, part))

    def overlooked(self, identity: int | None, since: datetime) -> int:
        """Count the cards with a place that was free for this volunteer before `since` and still is."""
        gained = int(since.timestamp() * 1_000_000)
        followed = (
            select(Card.source_id)
            .join(Resolution, Resolution.card_id == Card.id)
            .where(Resolution.made_at >= since)
        )
        query = (
            select(func.count(Card.id))
            .join(Stage, Stage.id == Card.stage_id)
            .where(
                Stage.campaign_id == self.campaign,
                Card.state == CardState.open,
                Card.leased + Card.counted < Card.asked,
                (Card.position < FRESH_POSITIONS) | (Card.position < gained),
                Card.source_id.not_in(followed),  # it may have opened a later stage
                *(
                    ~exists().where(
                        table.card_id == Card.id, table.identity_id == identity
                    )
                    for table in (Answer, Skip, Lease)
                ),
            )
        )
        with database.reading(), Session(self.engine) as session:
            return session.scalar(query) or 0

    def lost(self, keys: Sequence[str]) -> int:
        """Count acknowledged answers that are not in the database."""
        found = 0
        with database.reading(), Session(self.engine) as session:
            for at in range(0, len(keys), _BATCH):
                some = Answer.key.in_(keys[at : at + _BATCH])
                found += session.scalar(select(func.count(Answer.id)).where(some)) or 0
        return len(keys) - found
