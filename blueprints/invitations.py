"""Invitations: the page behind a mailed link, and accepting it."""

from __future__ import annotations

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from blueprints._clock import utcnow
from blueprints._database import db, transact
from blueprints._htmx import redirect_to
from blueprints._people import signed_in
from microtasks import people

bp = Blueprint("invitations", __name__, url_prefix="/invitations")


@bp.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    """Show who invites, to what, as what."""
    signed_in()
    invitation = people.invitation_for(db.session(), token, now=utcnow())
    return render_template(
        "accounts/invitation.html", invitation=invitation, token=token
    )


@bp.post("/<token>")
def accept(token: str) -> ResponseReturnValue:
    """Become a member."""
    account, now = signed_in(), utcnow()
    organisation = transact(lambda s: people.accept(s, token, account, now=now))
    flash(f"You are a member of {organisation.name} now.", "success")
    return redirect_to("organisations.show", organisation=organisation.public_id)
