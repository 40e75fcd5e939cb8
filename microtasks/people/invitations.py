"""Invitations: a link, sent by mail or handed over, that makes its reader a member of an organisation."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from microtasks import audit
from microtasks.errors import NotFound
from microtasks.models import Account, Invitation, Membership, Organisation, Role
from microtasks.people import names, tokens
from microtasks.people.organisations import role_of

LIFETIME = timedelta(days=14)


def invite(
    session: Session,
    organisation: Organisation,
    email: str,
    role: Role,
    *,
    by: Account,
    now: datetime,
) -> str:
    """Invite the person behind an address and return the token; an older invitation to it ends."""
    email = names.email(email)
    withdraw_invitation(session, organisation, email)
    token = tokens.new()
    session.add(
        Invitation(
            token_hash=tokens.hashed(token),
            organisation_id=organisation.id,
            email=email,
            role=role,
            expires_at=now + LIFETIME,
        )
    )
    session.flush()
    audit.write(
        session,
        "member.invited",
        now=now,
        account=by,
        organisation=organisation,
        role=role,
    )
    return token


def withdraw_invitation(
    session: Session, organisation: Organisation, email: str
) -> None:
    """End the open invitations to an address."""
    session.execute(
        delete(Invitation).where(
            Invitation.organisation_id == organisation.id,
            Invitation.email == names.email(email),
            Invitation.accepted_at.is_(None),
        )
    )


def open_invitations(
    session: Session, organisation: Organisation, *, now: datetime
) -> list[Invitation]:
    """Return the invitations that nobody has accepted yet, oldest first."""
    return list(
        session.scalars(
            select(Invitation)
            .where(
                Invitation.organisation_id == organisation.id,
                Invitation.accepted_at.is_(None),
                Invitation.expires_at > now,
            )
            .order_by(Invitation.id)
        )
    )


def invitation_for(session: Session, token: str, *, now: datetime) -> Invitation:
    """Return the invitation that a link stands for, or refuse a link that is used, old or made up."""
    invitation = session.scalar(
        select(Invitation)
        .where(Invitation.token_hash == tokens.hashed(token))
        .with_for_update()
    )
    if invitation is None or invitation.accepted_at or invitation.expires_at <= now:
        raise NotFound("This invitation was used already, withdrawn, or is too old.")
    return invitation


def accept(
    session: Session, token: str, account: Account, *, now: datetime
) -> Organisation:
    """Make the account a member as the invitation says, once; who is a member already keeps their role."""
    invitation = invitation_for(session, token, now=now)
    organisation = invitation.organisation
    invitation.accepted_at = now
    if role_of(account, organisation) is None:
        session.add(
            Membership(
                organisation=organisation,
                account=account,
                role=Role(invitation.role),
            )
        )
    session.flush()
    audit.write(
        session, "member.joined", now=now, account=account, organisation=organisation
    )
    return organisation
