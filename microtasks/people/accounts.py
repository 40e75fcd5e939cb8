"""Accounts: a person with an e-mail address and a password."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from microtasks import audit, passwords
from microtasks.errors import InvalidInput
from microtasks.models import Account, PasswordReset, SignIn
from microtasks.people import names


def sign_up(
    session: Session, email: str, name: str, password: str, *, now: datetime
) -> Account:
    """Make an account; an address that has one already is refused."""
    email, name = names.email(email), names.name(name)
    kept = passwords.hashed(password)
    _refuse_taken(session, email)
    account = Account(email=email, name=name, password_hash=kept, created_at=now)
    session.add(account)
    session.flush()
    audit.write(session, "account.made", now=now, account=account)
    return account


def _refuse_taken(session: Session, email: str) -> None:
    if session.scalar(select(Account.id).where(Account.email == email)):
        raise InvalidInput("This address has an account already.", "email")


def make_operator(session: Session, account: Account, *, now: datetime) -> None:
    """Make the account one of those that keep the site."""
    account.is_operator = True
    audit.write(session, "operator.made", now=now, account=account)


def disable(session: Session, account: Account, *, now: datetime) -> None:
    """Shut an account: it is signed out everywhere and cannot sign in again."""
    account.disabled_at = now
    session.execute(delete(SignIn).where(SignIn.account_id == account.id))
    audit.write(session, "account.disabled", now=now, account=account)


def change_name(session: Session, account: Account, name: str) -> None:
    """Change how the account is called."""
    account.name = names.name(name)
    session.flush()


def change_password(
    session: Session, account: Account, old: str, new: str, *, now: datetime
) -> None:
    """Set a new password; whoever asks must know the old one."""
    if not passwords.fits(account.password_hash, old):
        raise InvalidInput("That is not your password now.", "old")
    set_password(session, account, new, now=now)


def set_password(
    session: Session, account: Account, password: str, *, now: datetime
) -> None:
    """Set a password for whoever was found to be the account's person; mailed links to a new one end."""
    account.password_hash = passwords.hashed(password)
    session.execute(delete(PasswordReset).where(PasswordReset.account_id == account.id))
    session.flush()
    audit.write(session, "password.changed", now=now, account=account)


def change_email(
    session: Session, account: Account, email: str, password: str, *, now: datetime
) -> None:
    """Change the address; whoever asks must know the password."""
    if not passwords.fits(account.password_hash, password):
        raise InvalidInput("That is not your password.", "password")
    email = names.email(email)
    if email == account.email:
        return
    _refuse_taken(session, email)
    account.email = email
    session.flush()
    audit.write(session, "email.changed", now=now, account=account)
