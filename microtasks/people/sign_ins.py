"""Sign-ins: each is a row, so that signing out, a new password or a disabled account ends it at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session, joinedload

from microtasks import passwords
from microtasks.errors import InvalidInput
from microtasks.models import Account, SignIn
from microtasks.people import names, tokens

IDLE = timedelta(days=14)
LONGEST = timedelta(days=60)
#: A sign-in's last use is noted this seldom: reading a page should not write.
TOUCH_EVERY = timedelta(hours=1)


def sign_in(session: Session, email: str, password: str, *, now: datetime) -> str:
    """Check address and password and return a new sign-in's token."""
    return admit(session, recognise(session, email, password), password, now=now)


def recognise(session: Session, email: str, password: str) -> Account:
    """Return whose address and password these are; nothing says which of the two was wrong, not even the time."""
    account = _account_with(session, email)
    if account is None:
        passwords.waste_time(password)
    elif passwords.fits(account.password_hash, password) and not account.disabled_at:
        return account
    raise InvalidInput("Address and password do not belong together.")


def admit(session: Session, account: Account, password: str, *, now: datetime) -> str:
    """Sign in an account whose password was just recognised; an old hash of it is made anew."""
    if passwords.is_outdated(account.password_hash):
        account.password_hash = passwords.hashed_again(password)
    return start_sign_in(session, account, now=now)


def _account_with(session: Session, email: str) -> Account | None:
    try:
        address = names.email(email)
    except InvalidInput:
        return None
    return session.scalar(select(Account).where(Account.email == address))


def start_sign_in(session: Session, account: Account, *, now: datetime) -> str:
    """Sign an account in that has shown who it is, and return the token for its cookie."""
    token = tokens.new()
    session.execute(
        delete(SignIn).where(SignIn.account_id == account.id, _has_ended(now))
    )
    session.add(
        SignIn(
            token_hash=tokens.hashed(token),
            account_id=account.id,
            created_at=now,
            seen_at=now,
        )
    )
    session.flush()
    return token


def _has_ended(now: datetime) -> ColumnElement[bool]:
    return (SignIn.seen_at < now - IDLE) | (SignIn.created_at < now - LONGEST)


def account_of(session: Session, token: str, *, now: datetime) -> Account | None:
    """Return whose sign-in the token is, unless it has ended or the account is shut."""
    row = live_sign_in(session, token, now=now)
    return row.account if row else None


def live_sign_in(session: Session, token: str, *, now: datetime) -> SignIn | None:
    """Return the token's sign-in with its account, unless it has ended or the account is shut."""
    row = session.scalar(
        select(SignIn)
        .where(SignIn.token_hash == tokens.hashed(token), ~_has_ended(now))
        .options(joinedload(SignIn.account))
    )
    return row if row and not row.account.disabled_at else None


def touch(session: Session, token: str, *, now: datetime) -> None:
    """Note that the sign-in was used, at most once an hour."""
    session.execute(
        update(SignIn)
        .where(
            SignIn.token_hash == tokens.hashed(token),
            SignIn.seen_at < now - TOUCH_EVERY,
        )
        .values(seen_at=now)
    )


def sign_out(session: Session, token: str) -> None:
    """End one sign-in: its cookie opens nothing any more."""
    session.execute(delete(SignIn).where(SignIn.token_hash == tokens.hashed(token)))


def sign_out_others(session: Session, account: Account, token: str = "") -> None:
    """End all of an account's sign-ins but the one with this token."""
    session.execute(
        delete(SignIn).where(
            SignIn.account_id == account.id,
            SignIn.token_hash != tokens.hashed(token),
        )
    )
