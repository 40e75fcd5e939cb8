"""`flask account`: accounts that are made from the terminal."""

from __future__ import annotations

import json
import secrets
import sys

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints._clock import utcnow
from blueprints._database import transact
from microtasks import people
from microtasks.errors import MicrotaskError
from microtasks.models import Account
from microtasks.people import names

account = AppGroup("account", help="Accounts that are made from the terminal.")


@account.command("create-operator")
@click.option("--email", required=True, help="The operator's address.")
@click.option(
    "--name", default="Operator", show_default=True, help="How they are called."
)
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def create_operator(email: str, name: str, password_stdin: bool, as_json: bool) -> None:
    """Make an account that keeps the site, or make an operator of one that exists."""
    given = sys.stdin.readline().rstrip("\n") if password_stdin else ""
    password = given or secrets.token_urlsafe(15)
    made = _said(lambda session: _operator(session, email, name, password))
    told = {"email": names.email(email), "created": made}
    if made and not password_stdin:
        told["password"] = password
    if as_json:
        click.echo(json.dumps(told))
        return
    click.echo(f"{told['email']} keeps this site now.")
    if "password" in told:
        click.echo(f"Password: {password}")


def _operator(session: Session, email: str, name: str, password: str) -> bool:
    known = session.scalar(select(Account).where(Account.email == names.email(email)))
    found = known or people.sign_up(session, email, name, password, now=utcnow())
    people.make_operator(session, found, now=utcnow())
    return known is None


@account.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Shut an account: it is signed out everywhere and cannot sign in."""

    def shut(session: Session) -> None:
        known = session.scalar(
            select(Account).where(Account.email == names.email(email))
        )
        if known is None:
            raise click.ClickException("No account has this address.")
        people.disable(session, known, now=utcnow())

    _said(shut)
    click.echo(f"{email} is shut.")


def _said(work):
    try:
        return transact(work)
    except MicrotaskError as error:
        raise click.ClickException(str(error)) from None
