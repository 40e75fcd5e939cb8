"""What runs behind the pages and what it leaves: jobs, data sets, and the audit trail."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from microtasks.models.base import Addressed, Base, Numbered
from microtasks.models.campaigns import Campaign


class JobState(StrEnum):
    """waiting -> running -> done, or failed when attempt after attempt moved nothing."""

    waiting = "waiting"
    running = "running"
    done = "done"
    failed = "failed"


class Job(Addressed, Base):
    """A piece of work that survives whoever does it: its cursor is committed together with what was done."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_lease_until", "state", "lease_until"),)

    kind: Mapped[str] = mapped_column(String(40))
    campaign_id: Mapped[int | None] = mapped_column(
        ForeignKey("campaign.id"), index=True
    )
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[JobState] = mapped_column(String(16), default=JobState.waiting)
    #: How far it has come; the next attempt starts here.
    cursor: Mapped[dict[str, Any]] = mapped_column(default=dict)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    #: Fencing: raised by each attempt; a worker whose number is stale can store nothing.
    attempt: Mapped[int] = mapped_column(default=0)
    #: Attempts in a row that moved the cursor nowhere.
    stalled: Mapped[int] = mapped_column(default=0)
    #: Until when the holder has it; for a waiting job: not before this moment.
    lease_until: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    campaign: Mapped[Campaign | None] = relationship()


class DataSet(Numbered, Base):
    """A frozen, numbered export of a campaign: a zip in the store."""

    __tablename__ = "data_set"
    __table_args__ = (UniqueConstraint("campaign_id", "version"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    version: Mapped[int]
    #: Public data sets hold only the columns that the recipe publishes, and show on the campaign's page.
    is_public: Mapped[bool] = mapped_column(default=False)
    frozen_at: Mapped[datetime]
    #: The store's key (SHA-256 of the zip), once it is written.
    key: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None] = mapped_column(BigInteger)
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)

    campaign: Mapped[Campaign] = relationship()


class AuditLine(Numbered, Base):
    """Who did what to which thing, and when. Never edited, never shown to other tenants."""

    __tablename__ = "audit_line"

    at: Mapped[datetime] = mapped_column(index=True)
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    campaign_id: Mapped[int | None] = mapped_column(
        ForeignKey("campaign.id", ondelete="SET NULL"), index=True
    )
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL")
    )
    deed: Mapped[str] = mapped_column(String(60))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
