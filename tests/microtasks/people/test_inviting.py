"""Invitations: a link makes its reader a member, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from microtasks import people
from microtasks.errors import InvalidInput, NotFound
from microtasks.models import Role
from tests.cast import Cast
from tests.conftest import NOON


def test_an_invitation_makes_a_member_once(session: Session, cast: Cast) -> None:
    token = people.invite(
        session, cast.river, cast.eve.email, Role.reviewer, by=cast.amina, now=NOON
    )
    assert [
        row.email for row in people.open_invitations(session, cast.river, now=NOON)
    ] == [cast.eve.email]
    assert people.accept(session, token, cast.eve, now=NOON) is cast.river
    session.expire_all()
    assert people.role_of(cast.eve, cast.river) is Role.reviewer
    assert people.open_invitations(session, cast.river, now=NOON) == []
    with pytest.raises(NotFound):
        people.accept(session, token, cast.vic, now=NOON)


def test_who_is_a_member_already_keeps_their_role(session: Session, cast: Cast) -> None:
    token = people.invite(
        session, cast.river, cast.vic.email, Role.owner, by=cast.amina, now=NOON
    )
    people.accept(session, token, cast.amina, now=NOON)
    token = people.invite(
        session, cast.river, cast.vic.email, Role.viewer, by=cast.amina, now=NOON
    )
    people.accept(session, token, cast.mara, now=NOON)
    assert people.role_of(cast.amina, cast.river) is Role.owner
    assert people.role_of(cast.mara, cast.river) is Role.manager


def test_old_withdrawn_and_replaced_invitations_are_worthless(
    session: Session, cast: Cast
) -> None:
    first = people.invite(
        session, cast.river, cast.eve.email, Role.viewer, by=cast.amina, now=NOON
    )
    second = people.invite(
        session, cast.river, cast.eve.email, Role.viewer, by=cast.amina, now=NOON
    )
    with pytest.raises(NotFound):
        people.accept(session, first, cast.eve, now=NOON)
    with pytest.raises(NotFound):
        people.accept(session, second, cast.eve, now=NOON + timedelta(days=14))
    people.withdraw_invitation(session, cast.river, cast.eve.email)
    with pytest.raises(NotFound):
        people.accept(session, second, cast.eve, now=NOON)


def test_only_an_address_can_be_invited(session: Session, cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        people.invite(
            session, cast.river, "everybody", Role.viewer, by=cast.amina, now=NOON
        )
