"""The audit trail: who did what to which thing, and when; written in the transaction that does it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks.models import Account, AuditLine, Campaign, Organisation


def write(
    session: Session,
    deed: str,
    *,
    now: datetime,
    account: Account | None = None,
    campaign: Campaign | None = None,
    organisation: Organisation | None = None,
    **detail: Any,
) -> AuditLine:
    """Add a line: the deed, who did it, to what, and what else is worth knowing."""
    if organisation is None and campaign is not None:
        organisation = campaign.organisation
    line = AuditLine(
        at=now,
        deed=deed,
        account_id=account.id if account else None,
        campaign_id=campaign.id if campaign else None,
        organisation_id=organisation.id if organisation else None,
        detail=detail,
    )
    session.add(line)
    return line


def recent(
    session: Session,
    *,
    limit: int = 50,
    campaign: Campaign | None = None,
    organisation: Organisation | None = None,
) -> list[AuditLine]:
    """Return the latest lines, newest first, of everything or of one campaign or organisation."""
    lines = select(AuditLine).order_by(AuditLine.id.desc()).limit(limit)
    if campaign is not None:
        lines = lines.where(AuditLine.campaign_id == campaign.id)
    if organisation is not None:
        lines = lines.where(AuditLine.organisation_id == organisation.id)
    return list(session.scalars(lines))
