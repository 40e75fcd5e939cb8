"""Organisations and the roles of their members; none is ever without an owner."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from microtasks import audit
from microtasks.errors import InvalidInput, NotFound, WrongState
from microtasks.models import Account, Membership, Organisation, Role
from microtasks.people import names


def found(
    session: Session, account: Account, name: str, about: str = "", *, now: datetime
) -> Organisation:
    """Make an organisation that the account owns."""
    name = names.name(name)
    _refuse_taken(session, name)
    organisation = Organisation(
        name=name, about=names.paragraphs(about, "about", 2000), created_at=now
    )
    organisation.memberships.append(Membership(account=account, role=Role.owner))
    session.add(organisation)
    session.flush()
    audit.write(
        session,
        "organisation.founded",
        now=now,
        account=account,
        organisation=organisation,
    )
    return organisation


def _refuse_taken(
    session: Session, name: str, unless: Organisation | None = None
) -> None:
    alike = select(Organisation.id).where(func.lower(Organisation.name) == name.lower())
    taken = session.scalar(alike.limit(1))
    if taken and not (unless and unless.id == taken):
        raise InvalidInput("Another organisation has this name.", "name")


def change_organisation(
    session: Session, organisation: Organisation, name: str, about: str
) -> None:
    """Change what an organisation is called and says of itself."""
    name = names.name(name)
    _refuse_taken(session, name, unless=organisation)
    organisation.name = name
    organisation.about = names.paragraphs(about, "about", 2000)
    session.flush()


def role_of(account: Account | None, organisation: Organisation) -> Role | None:
    """Return the account's role in the organisation, if it has one."""
    for membership in account.memberships if account else []:
        if membership.organisation_id == organisation.id:
            return Role(membership.role)
    return None


def set_role(
    session: Session,
    organisation: Organisation,
    member: str,
    role: Role,
    *,
    by: Account,
    now: datetime,
) -> None:
    """Give a member (an account's public id) another role; the last owner keeps theirs."""
    membership = _locked(session, organisation, member)
    if role is not Role.owner:
        _refuse_last_owner(session, membership)
    membership.role = role
    session.flush()
    audit.write(
        session,
        "member.role",
        now=now,
        account=by,
        organisation=organisation,
        member=member,
        role=role,
    )


def remove_member(
    session: Session,
    organisation: Organisation,
    member: str,
    *,
    by: Account,
    now: datetime,
) -> None:
    """End a membership; the last owner stays."""
    membership = _locked(session, organisation, member)
    _refuse_last_owner(session, membership)
    leaver = membership.account
    session.delete(membership)
    session.flush()
    session.expire(organisation, ["memberships"])
    session.expire(leaver, ["memberships"])
    audit.write(
        session,
        "member.removed",
        now=now,
        account=by,
        organisation=organisation,
        member=member,
    )


def _locked(session: Session, organisation: Organisation, member: str) -> Membership:
    # Two owners who remove each other at once: the row of the organisation lets them pass one by one.
    session.execute(
        select(Organisation.id)
        .where(Organisation.id == organisation.id)
        .with_for_update()
    )
    membership = session.scalar(
        select(Membership)
        .join(Account)
        .where(
            Membership.organisation_id == organisation.id, Account.public_id == member
        )
        .execution_options(populate_existing=True)
    )
    if membership is None:
        raise NotFound("Nobody of that kind is a member here.")
    return membership


def _refuse_last_owner(session: Session, membership: Membership) -> None:
    owners = select(func.count()).where(
        Membership.organisation_id == membership.organisation_id,
        Membership.role == Role.owner,
    )
    if membership.role == Role.owner and session.scalar(owners) == 1:
        raise WrongState("An organisation keeps at least one owner.")
