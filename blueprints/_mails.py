"""Links that go out by mail: made and sent as errands, so that no answer's time tells whether an address is known."""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import select

from blueprints._addresses import outside
from blueprints._clock import utcnow
from blueprints._database import db, transact
from blueprints._errands import errands
from microtasks import letters, people
from microtasks.errors import InvalidInput, NotFound
from microtasks.mail import Mail
from microtasks.models import Account, Organisation, Role
from microtasks.people import names

DAY = 24 * 3600


def reset_password(email: str) -> None:
    """Mail a link that sets a new password, if an account has this address."""
    # The address of the page is made now: errands know no request.
    link = outside("resets.reset", token="TOKEN")  # noqa: S106

    def errand() -> None:
        token = transact(lambda s: people.start_reset(s, email, now=utcnow()))
        if token:
            to, ours = names.email(email), link.replace("TOKEN", token)
            errands().post.post(letters.reset(to, ours))

    errands().run(errand)


def check_reset(token: str) -> None:
    """Refuse a link to a new password that does not work any more."""
    people.reset_for(db.session(), token, now=utcnow())


def confirm_address(email: str) -> None:
    """Mail a link to go on signing up, or, to somebody who has an account, where to sign in."""
    link = outside("accounts.confirmed", token=_serializer().dumps(email))
    there = outside("accounts.sign_in")

    def errand() -> None:
        letter = _confirmation(email, link, there)
        if letter:
            errands().post.post(letter)

    errands().run(errand)


def _confirmation(email: str, link: str, there: str) -> Mail | None:
    try:
        to = names.email(email)
    except InvalidInput:
        return None
    if db.session.scalar(select(Account.id).where(Account.email == to)):
        return letters.already_here(to, there)
    return letters.confirmation(to, link)


def confirmed_address(token: str) -> str:
    """Return the address that a link confirms, or refuse the link."""
    try:
        return str(_serializer().loads(token, max_age=DAY))
    except BadSignature:
        raise NotFound("This link is older than a day, or is cut.") from None


def _serializer() -> URLSafeTimedSerializer:
    settings = current_app.config
    keys = [*settings["SECRET_KEY_FALLBACKS"], settings["SECRET_KEY"]]
    return URLSafeTimedSerializer(keys, salt="sign-up")


def invite(
    email: str, organisation: Organisation, role: Role, by: Account, token: str
) -> str:
    """Mail an invitation and return its link, for those who would rather hand it over."""
    link = outside("invitations.show", token=token)
    to = names.email(email)
    errands().send(letters.invitation(to, organisation.name, role, by.name, link))
    return link
