"""Volunteers' identities: one for each browser; an account gathers several, and answers keep theirs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks.models import Account, Identity


def known_identity(session: Session, public_id: str) -> Identity | None:
    """Return the identity of this public id, if it ever took a card."""
    return session.scalar(select(Identity).where(Identity.public_id == public_id))


def identity_for(session: Session, public_id: str, now: datetime) -> Identity:
    """Return the identity of this public id; made here at its first card."""
    known = known_identity(session, public_id)
    if known is None:
        known = Identity(public_id=public_id, created_at=now)
        session.add(known)
        session.flush()
    return known


def adopt(session: Session, account: Account, identity: Identity) -> bool:
    """Make the identity one of the account's, with all it did; another account's stays where it is (False)."""
    if identity.account_id is None:
        identity.account_id = account.id
        session.flush()
    return identity.account_id == account.id


def identity_ids(session: Session, identity: Identity) -> list[int]:
    """Return the row numbers of all identities of the same person, this one included."""
    if identity.account_id is None:
        return [identity.id]
    of_person = select(Identity.id).where(Identity.account_id == identity.account_id)
    return sorted(session.scalars(of_person))
