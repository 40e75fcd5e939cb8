"""Cards and the promises made on them: places, leases, skips, and where each volunteer's walk has come to."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from microtasks.models.base import Addressed, Base, RowId
from microtasks.models.campaigns import Stage
from microtasks.models.sources import Source


class CardState(StrEnum):
    """Where a card stands. Only an open card gives out places."""

    waiting = "waiting"  # an earlier stage has not decided yet whether it is asked
    unneeded = "unneeded"  # an earlier stage decided that it is not asked
    open = "open"
    resolved = "resolved"
    contested = (
        "contested"  # all answers are in and they do not agree: a reviewer decides
    )
    held = "held"  # reported: not served until a coordinator has looked
    withdrawn = "withdrawn"
    stale = "stale"  # made from a value that an earlier stage has since changed; its answers are kept


#: A card from which a place can be taken right now.
FREE = text("state = 'open' AND asked > leased + counted")

#: A card whose value is known beforehand.
GOLD = text("gold IS NOT NULL")

#: Positions below this are the fresh cards in random order; above it, begun cards in the order they queued up.
FRESH_POSITIONS = 2**40


class Card(Addressed, Base):
    """One slice of one source in one stage: the unit that a volunteer sees, with the accounting of its places."""

    __tablename__ = "card"
    __table_args__ = (
        UniqueConstraint("stage_id", "source_id", "slice"),
        CheckConstraint(
            "0 <= leased AND 0 <= counted AND counted + leased <= asked AND asked <= max_answers",
            name="places",
        ),
        Index(
            "ix_card_free",
            "stage_id",
            "position",
            sqlite_where=FREE,
            postgresql_where=FREE,
        ),
        Index("ix_card_gold", "stage_id", sqlite_where=GOLD, postgresql_where=GOLD),
        Index("ix_card_stage_id_state", "stage_id", "state"),
        Index("ix_card_source_id", "source_id"),
    )

    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id"))
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    slice: Mapped[str] = mapped_column(String(200))
    order: Mapped[int]
    #: {"x", "y", "width", "height"} in source pixels, or {"fields": [...]}
    region: Mapped[dict[str, Any]]
    position: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[CardState] = mapped_column(String(16), default=CardState.open)
    asked: Mapped[int]
    leased: Mapped[int] = mapped_column(default=0)
    counted: Mapped[int] = mapped_column(default=0)
    max_answers: Mapped[int]
    #: A known value makes a card gold. Gold cards have no places.
    gold: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    #: The batch clock may reopen a card once.
    reopened_at: Mapped[datetime | None]
    resolution_id: Mapped[int | None] = mapped_column(RowId)

    stage: Mapped[Stage] = relationship()
    source: Mapped[Source] = relationship()


class Lease(Base):
    """A card promised to one volunteer until a moment in time. Its key makes the answer arrive at most once."""

    __tablename__ = "lease"
    __table_args__ = (
        UniqueConstraint("card_id", "identity_id"),
        Index(
            "ix_lease_lapsed",
            "stage_id",
            "until",
            sqlite_where=text("NOT taken_over"),
            postgresql_where=text("NOT taken_over"),
        ),
        Index("ix_lease_identity_id", "identity_id"),
    )

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("card.id", ondelete="CASCADE"))
    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id", ondelete="CASCADE"))
    identity_id: Mapped[int] = mapped_column(
        ForeignKey("identity.id", ondelete="CASCADE")
    )
    issued_at: Mapped[datetime]
    until: Mapped[datetime]
    #: Its place now belongs to another volunteer's lease; an answer may still come.
    taken_over: Mapped[bool] = mapped_column(default=False)

    card: Mapped[Card] = relationship()


class Skip(Base):
    """A card that a volunteer gave back or reported: it is not offered to that person again."""

    __tablename__ = "skip"

    card_id: Mapped[int] = mapped_column(
        ForeignKey("card.id", ondelete="CASCADE"), primary_key=True
    )
    identity_id: Mapped[int] = mapped_column(
        ForeignKey("identity.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    skipped_at: Mapped[datetime]


class Walk(Base):
    """How far a volunteer has come in a stage's cards, so that dispatch never looks back over what they have seen.

    Fresh cards are walked from a random start to the end and then from the beginning to that start; begun cards
    are a queue that only grows at its end.
    """

    __tablename__ = "walk"

    stage_id: Mapped[int] = mapped_column(
        ForeignKey("stage.id", ondelete="CASCADE"), primary_key=True
    )
    identity_id: Mapped[int] = mapped_column(
        ForeignKey("identity.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    start: Mapped[int] = mapped_column(BigInteger)
    fresh: Mapped[int] = mapped_column(BigInteger)
    wrapped: Mapped[bool] = mapped_column(default=False)
    begun: Mapped[int] = mapped_column(BigInteger)


class Exposure(Base):
    """A part of a source that was served to a volunteer, and its share of the whole."""

    __tablename__ = "exposure"

    identity_id: Mapped[int] = mapped_column(
        ForeignKey("identity.id", ondelete="CASCADE"), primary_key=True
    )
    source_id: Mapped[int] = mapped_column(
        ForeignKey("source.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    part: Mapped[str] = mapped_column(String(200), primary_key=True)
    share: Mapped[float]


class Report(Addressed, Base):
    """A volunteer's word that something is wrong with a card, and what the coordinator did about it."""

    __tablename__ = "report"

    card_id: Mapped[int] = mapped_column(ForeignKey("card.id"), index=True)
    identity_id: Mapped[int] = mapped_column(
        ForeignKey("identity.id", ondelete="CASCADE")
    )
    reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    #: released, mended or withdrawn
    outcome: Mapped[str | None] = mapped_column(String(16))

    card: Mapped[Card] = relationship()
