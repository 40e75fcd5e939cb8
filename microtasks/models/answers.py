"""What volunteers said, and what cards were decided to be."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from microtasks.models.base import Base, Numbered
from microtasks.models.cards import Card

_STANDING = text("withdrawn_at IS NULL")
_REVIEWED = text("clock = 'review'")


class Answer(Numbered, Base):
    """What one volunteer said of one card. Never edited in place, never lost.

    `value` is JSON null for "can't tell". One standing answer per volunteer and card; `key` is its lease's, so
    the same answer sent twice is one answer.
    """

    __tablename__ = "answer"
    __table_args__ = (
        Index(
            "uq_answer_standing",
            "card_id",
            "identity_id",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
        Index("ix_answer_stage_id_answered_at", "stage_id", "answered_at"),
        Index("ix_answer_identity_id_answered_at", "identity_id", "answered_at"),
    )

    key: Mapped[str] = mapped_column(String(32), unique=True)
    #: Indexed for deletion: the database looks for answers, withdrawn ones too, of each card that goes.
    card_id: Mapped[int] = mapped_column(ForeignKey("card.id"), index=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id"))
    stage_version: Mapped[int]
    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id"))
    value: Mapped[Any] = mapped_column(JSON)
    answered_at: Mapped[datetime]
    seconds: Mapped[float]
    late: Mapped[bool] = mapped_column(default=False)
    counted: Mapped[bool] = mapped_column(default=True)
    gold: Mapped[bool] = mapped_column(default=False)
    #: Words separated by spaces: "fast" came quicker than a person can look.
    flag: Mapped[str] = mapped_column(String(40), default="")
    withdrawn_at: Mapped[datetime | None]

    card: Mapped[Card] = relationship()


class Clock(StrEnum):
    """Who decided: the live rule on an answer, the batch estimate over a stage, or a reviewer."""

    live = "live"
    batch = "batch"
    review = "review"


class Resolution(Numbered, Base):
    """What a card was decided to be, with which confidence, by which method, resting on which answers. Append-only."""

    __tablename__ = "resolution"
    __table_args__ = (
        Index(
            "ix_resolution_reviewed",
            "card_id",
            sqlite_where=_REVIEWED,
            postgresql_where=_REVIEWED,
        ),
    )

    card_id: Mapped[int] = mapped_column(ForeignKey("card.id"), index=True)
    stage_version: Mapped[int]
    value: Mapped[Any] = mapped_column(JSON)
    confidence: Mapped[float]
    method: Mapped[str] = mapped_column(String(60))
    clock: Mapped[Clock] = mapped_column(String(16))
    answers: Mapped[list[Any]]
    made_at: Mapped[datetime]
    #: The reviewer, where one decided.
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )

    card: Mapped[Card] = relationship()


class Standing(Base):
    """How often a volunteer is right in a stage, as the last batch estimate saw it: what the live clock weighs by."""

    __tablename__ = "standing"

    stage_id: Mapped[int] = mapped_column(
        ForeignKey("stage.id", ondelete="CASCADE"), primary_key=True
    )
    identity_id: Mapped[int] = mapped_column(
        ForeignKey("identity.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    accuracy: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]
    answers: Mapped[int]
    #: Where more is known than an accuracy: what each answer speaks against, in units of evidence.
    record: Mapped[list[Any] | None]
