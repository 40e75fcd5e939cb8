"""Pictures of cards, each for the one volunteer who holds the card."""

from __future__ import annotations

from flask import Blueprint, abort, make_response
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from blueprints import _pictures
from blueprints._clock import utcnow
from blueprints._database import db
from blueprints._people import current_identity
from blueprints._store import scratch, store
from microtasks import card_pictures, people
from microtasks.models import Card, Lease

bp = Blueprint("media", __name__, url_prefix="/picture")


@bp.get("/<token>")
def picture(token: str) -> ResponseReturnValue:
    """Serve the slice that this volunteer's lease shows; to everybody else there is nothing here."""
    lease = _lease(token)
    if lease is None:
        abort(404)
    cut = card_pictures.picture(
        store(), lease.card.source, lease.card.region, scratch()
    )
    seconds = max(0, int((lease.until - utcnow()).total_seconds()))
    response = make_response(cut.body)
    response.mimetype = cut.mime
    response.headers["Cache-Control"] = f"private, max-age={seconds}"
    response.headers["Content-Disposition"] = "inline"
    return response


def _lease(token: str) -> Lease | None:
    identity = current_identity(db.session(), create=False)
    if identity is None:
        return None
    query = (
        select(Lease)
        .where(
            Lease.identity_id.in_(people.identity_ids(db.session(), identity)),
            Lease.until >= utcnow(),
        )
        .options(joinedload(Lease.card).joinedload(Card.source))
    )
    return _pictures.find(token, db.session.scalars(query))
