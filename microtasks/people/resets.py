"""Setting a new password by mail: a link that works once, for an hour, and never tells whether an address is known."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks import audit
from microtasks.errors import InvalidInput, NotFound
from microtasks.models import Account, PasswordReset
from microtasks.people import accounts, names, sign_ins, tokens

LIFETIME = timedelta(hours=1)


def start_reset(session: Session, email: str, *, now: datetime) -> str | None:
    """Return a token to be mailed to this address, or None where no open account has it."""
    try:
        address = names.email(email)
    except InvalidInput:
        return None
    account = session.scalar(select(Account).where(Account.email == address))
    if account is None or account.disabled_at:
        return None
    token = tokens.new()
    session.add(
        PasswordReset(
            token_hash=tokens.hashed(token),
            account_id=account.id,
            expires_at=now + LIFETIME,
        )
    )
    session.flush()
    return token


def reset_for(session: Session, token: str, *, now: datetime) -> PasswordReset:
    """Return the reset that a link stands for, or refuse a link that is used, old or made up."""
    found = session.scalar(
        select(PasswordReset)
        .where(PasswordReset.token_hash == tokens.hashed(token))
        .with_for_update()
    )
    if (
        found is None
        or found.used_at
        or found.expires_at <= now
        or found.account.disabled_at
    ):
        raise NotFound("This link was used already, is older than an hour, or is cut.")
    return found


def finish_reset(
    session: Session, token: str, password: str, *, now: datetime
) -> Account:
    """Set the password, end every sign-in of the account and every other link to a new password."""
    account = reset_for(session, token, now=now).account
    accounts.set_password(session, account, password, now=now)
    sign_ins.sign_out_others(session, account)
    audit.write(session, "password.reset", now=now, account=account)
    return account
