"""A new password by mail: once, within an hour, and every other sign-in ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from microtasks import people
from microtasks.errors import InvalidInput, NotFound
from tests.cast import PASSWORD, Cast
from tests.conftest import NOON

NEW = "nine loud herons"


def test_a_link_sets_the_password_once_and_ends_all_sign_ins(
    session: Session, cast: Cast
) -> None:
    before = people.sign_in(session, cast.amina.email, PASSWORD, now=NOON)
    token = people.start_reset(session, cast.amina.email, now=NOON)
    assert token
    people.finish_reset(session, token, NEW, now=NOON)
    assert people.account_of(session, before, now=NOON) is None
    assert people.sign_in(session, cast.amina.email, NEW, now=NOON)
    with pytest.raises(NotFound):
        people.finish_reset(session, token, "ten loud herons", now=NOON)


def test_a_link_ends_after_an_hour(session: Session, cast: Cast) -> None:
    token = people.start_reset(session, cast.amina.email, now=NOON)
    assert token
    people.reset_for(session, token, now=NOON + timedelta(minutes=59))
    with pytest.raises(NotFound):
        people.finish_reset(session, token, NEW, now=NOON + timedelta(hours=1))


def test_using_one_link_ends_the_others(session: Session, cast: Cast) -> None:
    one, two = (
        people.start_reset(session, cast.amina.email, now=NOON) for _ in range(2)
    )
    assert one
    assert two
    people.finish_reset(session, one, NEW, now=NOON)
    with pytest.raises(NotFound):
        people.reset_for(session, two, now=NOON)


def test_a_changed_password_ends_open_links(session: Session, cast: Cast) -> None:
    token = people.start_reset(session, cast.amina.email, now=NOON)
    assert token
    people.change_password(session, cast.amina, PASSWORD, NEW, now=NOON)
    with pytest.raises(NotFound):
        people.finish_reset(session, token, "ten loud herons", now=NOON)


def test_a_poor_password_leaves_the_link_good(session: Session, cast: Cast) -> None:
    token = people.start_reset(session, cast.amina.email, now=NOON)
    assert token
    with pytest.raises(InvalidInput):
        people.finish_reset(session, token, "short", now=NOON)
    assert people.finish_reset(session, token, NEW, now=NOON) is cast.amina


def test_unknown_and_shut_addresses_get_no_link(session: Session, cast: Cast) -> None:
    people.disable(session, cast.ben, now=NOON)
    for email in ("nobody@example.org", "no address", cast.ben.email):
        assert people.start_reset(session, email, now=NOON) is None
