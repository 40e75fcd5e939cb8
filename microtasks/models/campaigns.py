"""Campaigns and their stages: what is asked, of which slices, and how often."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from microtasks.models.base import Addressed, Base, Numbered
from microtasks.models.people import Organisation


class CampaignState(StrEnum):
    """draft -> open <-> paused -> closed; a closed campaign can be opened again."""

    draft = "draft"
    open = "open"
    paused = "paused"
    closed = "closed"


class Campaign(Addressed, Base):
    """One effort of an organisation: a title, instructions, sources, stages, a deadline."""

    __tablename__ = "campaign"

    slug: Mapped[str] = mapped_column(String(80), unique=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), index=True
    )
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(String(500), default="")
    instructions: Mapped[str] = mapped_column(Text, default="")
    languages: Mapped[list[Any]] = mapped_column(default=list)
    deadline: Mapped[date | None]
    exposure: Mapped[float | None]
    lease_minutes: Mapped[int] = mapped_column(default=10)
    publish: Mapped[list[Any] | None]
    licence: Mapped[str] = mapped_column(String(80), default="CC-BY-4.0")
    state: Mapped[CampaignState] = mapped_column(
        String(16), default=CampaignState.draft, index=True
    )
    #: Makes volunteers' pseudonyms in this campaign's exports: the same person has another one elsewhere.
    pseudonym_key: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    #: Taken down by an operator: shown to nobody but the organisation and operators.
    taken_down_at: Mapped[datetime | None]
    #: Deletion is a job; from this moment on the campaign answers nobody.
    deleted_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
    #: In order. One that was removed has no position; a job deletes its cards and then its row.
    stages: Mapped[list[Stage]] = relationship(
        primaryjoin="and_(Campaign.id == Stage.campaign_id, Stage.position >= 0)",
        back_populates="campaign",
        order_by="Stage.position",
    )


class Stage(Numbered, Base):
    """One question asked about slices of a campaign's sources, with its redundancy policy."""

    __tablename__ = "stage"
    __table_args__ = (
        UniqueConstraint("campaign_id", "name"),
        CheckConstraint(
            "1 <= min_answers AND min_answers <= max_answers", name="answers"
        ),
        CheckConstraint("0 < confidence AND confidence <= 1", name="confidence"),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    slicing: Mapped[dict[str, Any]]
    question: Mapped[dict[str, Any]]
    condition: Mapped[dict[str, Any] | None]
    min_answers: Mapped[int]
    max_answers: Mapped[int]
    confidence: Mapped[float]
    #: Raised when text, options or slicer change after the first answer; answers and exports carry it.
    version: Mapped[int] = mapped_column(default=1)
    frozen_at: Mapped[datetime | None]
    #: What the last batch estimate learnt of the crowd as a whole, for the live clock to weigh newcomers by.
    crowd: Mapped[dict[str, Any] | None]

    campaign: Mapped[Campaign] = relationship(back_populates="stages")
