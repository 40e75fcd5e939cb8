"""Accounts and sign-ins: each sign-in is a row that ends when it should."""

from __future__ import annotations

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from microtasks import passwords, people
from microtasks.errors import InvalidInput
from microtasks.models import Account, AuditLine, SignIn
from tests.cast import PASSWORD, Cast
from tests.conftest import NOON


def test_somebody_new_signs_up_and_in(session_on_each: Session) -> None:
    account = people.sign_up(
        session_on_each, "Dana@Example.org", "Dana", PASSWORD, now=NOON
    )
    token = people.sign_in(session_on_each, "dana@example.ORG", PASSWORD, now=NOON)
    assert people.account_of(session_on_each, token, now=NOON) is account
    assert PASSWORD not in account.password_hash
    assert session_on_each.scalar(select(AuditLine.deed)) == "account.made"


def test_an_address_has_one_account(session: Session, cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        people.sign_up(session, "AMINA@example.org", "Amina", PASSWORD, now=NOON)
    assert refused.value.field == "email"


def test_wrong_password_unknown_address_and_shut_account_are_refused_alike(
    session: Session, cast: Cast
) -> None:
    people.disable(session, cast.ben, now=NOON)
    told = set()
    for email, password in (
        (cast.amina.email, "not " + PASSWORD),
        ("nobody@example.org", PASSWORD),
        ("no address", PASSWORD),
        (cast.ben.email, PASSWORD),
    ):
        with pytest.raises(InvalidInput) as refused:
            people.sign_in(session, email, password, now=NOON)
        told.add((str(refused.value), refused.value.field))
    assert len(told) == 1


def test_the_table_does_not_hold_the_token(session: Session, cast: Cast) -> None:
    token = people.sign_in(session, cast.amina.email, PASSWORD, now=NOON)
    row = session.scalars(select(SignIn)).one()
    assert token not in (row.token_hash, str(row.id))
    assert people.account_of(session, row.token_hash, now=NOON) is None


def test_ten_thousand_tokens_are_different_and_long(session: Session) -> None:
    tokens = {people.tokens.new() for _ in range(10_000)}
    assert len(tokens) == 10_000
    assert min(map(len, tokens)) >= 43  # 256 bits


@pytest.mark.parametrize("limit", [people.sign_ins.IDLE, people.LONGEST])
def test_a_sign_in_ends_after_its_limit(
    session: Session, cast: Cast, limit: timedelta
) -> None:
    token = people.sign_in(session, cast.amina.email, PASSWORD, now=NOON)
    row = session.scalars(select(SignIn)).one()
    if limit is people.LONGEST:
        row.seen_at = NOON + limit  # in use until the end
    second = timedelta(seconds=1)
    assert people.account_of(session, token, now=NOON + limit - second)
    assert people.account_of(session, token, now=NOON + limit + second) is None


def test_use_is_noted_once_an_hour(session: Session, cast: Cast) -> None:
    token = people.sign_in(session, cast.amina.email, PASSWORD, now=NOON)
    for minutes, seen in ((59, 0), (61, 61), (90, 61)):
        people.touch(session, token, now=NOON + timedelta(minutes=minutes))
        row = session.scalars(
            select(SignIn).execution_options(populate_existing=True)
        ).one()
        assert row.seen_at == NOON + timedelta(minutes=seen)


def test_signing_out_and_shutting_an_account_end_sign_ins(
    session: Session, cast: Cast
) -> None:
    one, two, three = (
        people.sign_in(session, cast.amina.email, PASSWORD, now=NOON) for _ in range(3)
    )
    people.sign_out(session, one)
    assert people.account_of(session, one, now=NOON) is None
    people.sign_out_others(session, cast.amina, two)
    assert people.account_of(session, two, now=NOON) is cast.amina
    assert people.account_of(session, three, now=NOON) is None
    people.disable(session, cast.amina, now=NOON)
    assert people.account_of(session, two, now=NOON) is None


def test_old_sign_ins_are_swept_when_a_new_one_comes(
    session: Session, cast: Cast
) -> None:
    people.sign_in(session, cast.amina.email, PASSWORD, now=NOON)
    people.sign_in(session, cast.amina.email, PASSWORD, now=NOON + timedelta(days=15))
    assert session.scalar(select(func.count(SignIn.id))) == 1


def test_a_weak_hash_is_made_anew_at_the_next_sign_in(
    session: Session, cast: Cast
) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    cast.amina.password_hash = weak.hash(PASSWORD)
    people.sign_in(session, cast.amina.email, PASSWORD, now=NOON)
    assert not passwords.is_outdated(cast.amina.password_hash)
    assert passwords.fits(cast.amina.password_hash, PASSWORD)


def test_password_and_address_change_only_for_who_knows_the_password(
    session: Session, cast: Cast
) -> None:
    with pytest.raises(InvalidInput):
        people.change_password(
            session, cast.amina, "wrong", "nine loud herons", now=NOON
        )
    with pytest.raises(InvalidInput):
        people.change_email(session, cast.amina, "new@example.org", "wrong", now=NOON)
    with pytest.raises(InvalidInput):
        people.change_email(session, cast.amina, cast.eve.email, PASSWORD, now=NOON)
    people.change_email(session, cast.amina, "new@example.org", PASSWORD, now=NOON)
    people.change_password(session, cast.amina, PASSWORD, "nine loud herons", now=NOON)
    assert people.sign_in(session, "new@example.org", "nine loud herons", now=NOON)


def test_an_operator_is_made_and_the_deed_kept(session: Session, cast: Cast) -> None:
    people.make_operator(session, cast.ben, now=NOON)
    session.commit()
    assert session.get(Account, cast.ben.id).is_operator
    assert session.scalars(select(AuditLine.deed)).all()[-1] == "operator.made"
