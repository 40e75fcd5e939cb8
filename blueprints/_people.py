"""Who is asking: the signed-in account, the volunteer's identity, and what they may do."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import Flask, g, has_request_context, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user
from sqlalchemy.orm import Session, joinedload

from blueprints import _identity
from blueprints._clock import utcnow
from blueprints._database import db, transact
from microtasks import database, people, policy
from microtasks.errors import InvalidInput, MicrotaskError, NotAllowed, NotFound
from microtasks.models import Account, Campaign, Identity
from microtasks.policy import Thing

login = LoginManager()
log = logging.getLogger("manyhands.audit")


class SignInNeeded(MicrotaskError):
    """Nobody is signed in, and this page is for somebody."""


@dataclass(frozen=True, eq=False)
class Visitor(UserMixin):
    """Who is signed in, as templates and views see it: plain values and the sign-in's token."""

    token: str
    account_id: int
    name: str
    is_operator: bool

    def get_id(self) -> str:
        """Return what the session cookie holds."""
        return self.token


def init_app(app: Flask) -> None:
    """Recognise visitors before each view."""
    app.config["PERMANENT_SESSION_LIFETIME"] = people.LONGEST
    login.session_protection = (
        None  # a sign-in is a row; a browser's name proves nothing
    )
    login.init_app(app)
    login.user_loader(_visitor)
    app.before_request(_recognise)
    app.jinja_env.globals["may"] = lambda verb, thing=None: policy.may(
        current_account(), verb, thing
    )
    _identity.init_app(app)


def _recognise() -> None:
    if request.endpoint not in {"static", "site_stylesheet"} and session:
        _ = (
            current_user.is_authenticated
        )  # now, while no transaction of the view is open


def _visitor(token: str) -> Visitor | None:
    now = utcnow()
    with database.reading(), Session(db.engine) as own:
        row = people.live_sign_in(own, token, now=now)
        if row is None:
            return None
        account, stale = row.account, row.seen_at < now - people.TOUCH_EVERY
        visitor = Visitor(token, account.id, account.name, account.is_operator)
    if stale:
        with database.reading(only=False), Session(db.engine) as own:
            database.transact(own, lambda s: people.touch(s, token, now=now))
    return visitor


def current_account() -> Account | None:
    """Return the signed-in account in the request's session, or None."""
    if not has_request_context() or not current_user.is_authenticated:
        return None
    return db.session.get(Account, current_user.account_id)


def signed_in() -> Account:
    """Return the signed-in account, or send the visitor to sign in."""
    account = current_account()
    if account is None:
        raise SignInNeeded("Sign in to go on.")
    return account


def require(verb: str, thing: Thing = None) -> Account | None:
    """Return who asks if they may do this; else sign in (nobody), nothing here (strangers), not allowed (members)."""
    who = current_account()
    if policy.may(who, verb, thing):
        return who
    log.warning("refused: %s, %s", who.public_id if who else "nobody", verb)
    if who is None and not policy.is_for_strangers(verb):
        raise SignInNeeded("Sign in to go on.")
    if policy.is_known_to(who, thing):
        raise NotAllowed("Your role here does not include this.")
    raise nothing_here()


def campaign_or_404(slug: str, verb: str) -> Campaign:
    """Return the campaign of this address if the visitor may do this to it; see `require`."""
    found = db.session.scalar(
        db.select(Campaign)
        .where(Campaign.slug == slug)
        .options(joinedload(Campaign.organisation))
    )
    require(verb, found)
    if found is None:
        raise nothing_here()
    return found


def nothing_here() -> NotFound:
    """Return the refusal that does not tell what is missing from what is hidden."""
    return NotFound("There is no such page, or it is not for you.")


def recognised(email: str, password: str) -> int:
    """Return the row number of whose address and password these are; holds no writer up while it computes."""
    with database.reading(), Session(db.engine) as own:
        try:
            found = people.recognise(own, email, password)
        except InvalidInput:
            log.warning("refused: nobody, sign in")
            raise
        log.info("signed in: %s", found.public_id)
        return found.id


def begin(token: str) -> None:
    """Write a new sign-in into the cookie; nothing of the session before it stays, what the browser did does."""
    session.clear()
    visitor = _visitor(token)
    if visitor is not None:
        login_user(visitor)
        transact(current_identity)


def end() -> None:
    """End the visitor's sign-in in the database and in the browser."""
    token = session.get("_user_id")
    if token:
        transact(lambda s: people.sign_out(s, token))
    session.clear()
    g.pop("_login_user", None)


def current_token() -> str:
    """Return the token of the sign-in that is in use, or nothing."""
    return str(session.get("_user_id", ""))


def current_identity(session: Session, create: bool = True) -> Identity | None:
    """Return the volunteer's identity in this browser; `create` makes its row (at the first card, not before)."""
    who, now = current_account(), utcnow()
    if not create:
        known = _identity.known_key()
        found = people.known_identity(session, known) if known else None
        return found if found and _is_of(found, who) else None
    identity = people.identity_for(session, _identity.current_key(), now)
    if who is not None and not people.adopt(session, who, identity):
        identity = people.identity_for(session, _identity.fresh_key(), now)
        people.adopt(session, who, identity)
    return identity


def current_identity_key() -> str:
    """Return the public id of the volunteer in this browser; a newcomer gets one with this answer."""
    return _identity.current_key()


def _is_of(identity: Identity, who: Account | None) -> bool:
    return who is None or identity.account_id in {None, who.id}


def is_known_device(email: str) -> bool:
    """Say whether this browser has been signed in with this address: guessing elsewhere does not lock it out."""
    key = _identity.known_key()
    if not key:
        return False
    with database.reading(), Session(db.engine) as own:
        identity = people.known_identity(own, key)
        account = own.get(Account, identity.account_id or 0) if identity else None
        return account is not None and account.email == email
