"""Crowds from elsewhere: answers that somebody uploaded as a table, only to have them decided."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from microtasks.models.base import Addressed, Base
from microtasks.models.people import Account
from microtasks.models.work import Job


class CrowdState(StrEnum):
    """received -> decided, or refused for what is wrong with the files."""

    received = "received"
    decided = "decided"
    refused = "refused"


class UploadedCrowd(Addressed, Base):
    """A crowd's answers as a table file, and what was decided of them: its owner's alone, and only for some days."""

    __tablename__ = "uploaded_crowd"
    __table_args__ = (
        Index("ix_uploaded_crowd_account_id_created_at", "account_id", "created_at"),
    )

    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    #: What the person called the file of answers.
    name: Mapped[str] = mapped_column(String(200))
    #: How it is to be decided: kind, method, repeats; and whether known truth came with it.
    asked: Mapped[dict[str, Any]]
    #: The store's keys: what came, and what was decided. Both hold the public id, so no other row shares them.
    received: Mapped[str] = mapped_column(String(64))
    decided: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[CrowdState] = mapped_column(String(16), default=CrowdState.received)
    reason: Mapped[str] = mapped_column(Text, default="")
    #: What the page tells: see `microtasks.crowds.telling`.
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    created_at: Mapped[datetime]
    #: When it is deleted by itself.
    until: Mapped[datetime]
    #: When its owner deleted it: nobody sees it from then on, and a job takes it away.
    deleted_at: Mapped[datetime | None]

    account: Mapped[Account | None] = relationship()
    job: Mapped[Job | None] = relationship()
