"""Identities: one for each browser, several for a person, history kept."""

from __future__ import annotations

from sqlalchemy.orm import Session

from microtasks import people
from tests.cast import assemble
from tests.conftest import NOON


def test_an_identity_is_made_at_its_first_card_and_found_again(
    session_on_each: Session,
) -> None:
    assert people.known_identity(session_on_each, "a") is None
    made = people.identity_for(session_on_each, "a", NOON)
    assert people.identity_for(session_on_each, "a", NOON) is made
    assert people.identity_ids(session_on_each, made) == [made.id]


def test_an_account_gathers_identities_and_each_keeps_its_own(
    session_on_each: Session,
) -> None:
    cast = assemble(session_on_each)
    phone, desk, hers = (
        people.identity_for(session_on_each, key, NOON) for key in "abc"
    )
    assert people.adopt(session_on_each, cast.vic, phone)
    assert people.adopt(session_on_each, cast.vic, desk)
    assert people.adopt(session_on_each, cast.eve, hers)
    assert people.identity_ids(session_on_each, phone) == [phone.id, desk.id]
    assert people.identity_ids(session_on_each, desk) == [phone.id, desk.id]
    assert people.identity_ids(session_on_each, hers) == [hers.id]


def test_an_identity_of_somebody_else_is_not_taken_over(session: Session) -> None:
    cast = assemble(session)
    identity = people.identity_for(session, "a", NOON)
    people.adopt(session, cast.vic, identity)
    assert people.adopt(session, cast.vic, identity)
    assert not people.adopt(session, cast.eve, identity)
    assert identity.account_id == cast.vic.id
