"""The people of all tests' stories, always the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from microtasks import passwords
from microtasks.models import Account, Membership, Organisation, Role
from tests.conftest import NOON

PASSWORD = "seven quiet herons"


@dataclass(frozen=True)
class Cast:
    """Members of River Relief by their role; eve, who must see nothing of it; olu, who keeps the site."""

    amina: Account
    mara: Account
    ben: Account
    vic: Account
    eve: Account
    olu: Account
    river: Organisation
    others: Organisation


@cache
def _kept() -> str:
    return passwords.hashed(PASSWORD)


def person(session: Session, name: str, **more: object) -> Account:
    """An account called so, with everybody's password."""
    email = f"{name.lower()}@example.org"
    settings = {"email": email, "password_hash": _kept(), "created_at": NOON}
    made = Account(name=name, **(settings | more))
    session.add(made)
    return made


def assemble(session: Session) -> Cast:
    """Put the cast into the database."""
    # Reading somebody's name later must not begin a transaction, which on SQLite would hold the site up.
    session.expire_on_commit = False
    amina, mara, ben, vic, eve = (
        person(session, name) for name in ("Amina", "Mara", "Ben", "Vic", "Eve")
    )
    olu = person(session, "Olu", is_operator=True)
    river = Organisation(name="River Relief", created_at=NOON, approved_at=NOON)
    others = Organisation(name="Eve's Own", created_at=NOON, approved_at=NOON)
    roles = {
        amina: Role.owner,
        mara: Role.manager,
        ben: Role.reviewer,
        vic: Role.viewer,
    }
    for account, role in roles.items():
        session.add(Membership(organisation=river, account=account, role=role))
    session.add(Membership(organisation=others, account=eve, role=Role.owner))
    session.commit()
    return Cast(amina, mara, ben, vic, eve, olu, river, others)


def sign_in(client: FlaskClient, account: Account | str) -> FlaskClient:
    """Sign somebody in through the real page."""
    email = account if isinstance(account, str) else account.email
    form = {"email": email, "password": PASSWORD}
    answer = client.post("/sign-in", data=form)
    assert answer.status_code == 303, answer.text
    return client
