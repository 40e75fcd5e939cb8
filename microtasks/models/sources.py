"""What came in: uploads, what was refused of them, and the sources taken from them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from microtasks.models.base import Addressed, Base, Numbered
from microtasks.models.campaigns import Campaign


class UploadState(StrEnum):
    """received -> taken (its sources and cards stand) or rejected (nothing could be used)."""

    received = "received"
    taken = "taken"
    rejected = "rejected"


class Upload(Addressed, Base):
    """The files that came in one go, read together: an archive, a table, loose pictures with a manifest."""

    __tablename__ = "upload"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    #: [{"name": what the person called it, "key": where the store keeps it, "size": bytes}]
    files: Mapped[list[Any]]
    state: Mapped[UploadState] = mapped_column(String(16), default=UploadState.received)
    reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    campaign: Mapped[Campaign] = relationship()


class Refused(Numbered, Base):
    """Something in an upload that was not taken, where it stands, and a sentence that says why."""

    __tablename__ = "refused"

    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"), index=True)
    file: Mapped[str] = mapped_column(Text)
    row: Mapped[int | None]
    column: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)


class SourceKind(StrEnum):
    """What a source is made of."""

    image = "image"
    record = "record"


class Source(Addressed, Base):
    """One uploaded thing: an image, a page of a scan, a row of a table."""

    __tablename__ = "source"
    __table_args__ = (
        UniqueConstraint("campaign_id", "name"),
        UniqueConstraint("upload_id", "item"),
        Index("ix_source_campaign_id_id", "campaign_id", "id"),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    #: Which item of its upload this is: makes a killed intake that runs again find its own work.
    item: Mapped[int]
    #: How data sets call it: unique in the campaign. Never shown to volunteers.
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[SourceKind] = mapped_column(String(16))
    #: A record's own columns or a picture's manifest columns, in the file's order: [[column, text], ...]
    columns: Mapped[list[Any]] = mapped_column(default=list)
    row: Mapped[int | None]
    #: The picture as it came (with its metadata, never served), and as it may be shown. Indexed for erasing:
    #: what the store keeps by its content may belong to several campaigns.
    original: Mapped[str | None] = mapped_column(String(64), index=True)
    picture: Mapped[str | None] = mapped_column(String(64), index=True)
    width: Mapped[int | None]
    height: Mapped[int | None]
    size: Mapped[int] = mapped_column(BigInteger, default=0)

    campaign: Mapped[Campaign] = relationship()
