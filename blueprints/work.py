"""The deck: a volunteer answers a card and gets the next one, with or without scripts, with or without an account."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from blueprints import _deck, _htmx, _pictures
from blueprints._clock import utcnow
from blueprints._database import db, transact, writes_on_get
from blueprints._deck import Hand, Move
from blueprints._people import campaign_or_404, current_identity
from microtasks import listing
from microtasks.errors import (
    InvalidAnswer,
    KeyConflict,
    LeaseExpired,
    MicrotaskError,
    WrongState,
)

_REPORTED = "Reported. A coordinator looks at that card."

bp = Blueprint("work", __name__, url_prefix="/c/<slug>/work")


@bp.get("")
@writes_on_get
def deck(slug: str) -> ResponseReturnValue:
    """Show the card that this volunteer holds, or the next one."""
    return _show(slug)


@bp.post("")
def act(slug: str) -> ResponseReturnValue:
    """Take an answer, a skip, a report or an undo, and show what comes next."""
    move = Move(
        action=request.form.get("action", "answer"),
        key=request.form.get("key", ""),
        value=tuple(request.form.getlist("value")),
        reason=request.form.get("reason", ""),
    )
    try:
        hand = transact(lambda session: _turn(session, slug, move))
    except (InvalidAnswer, KeyConflict, LeaseExpired, WrongState) as error:
        return _show(slug, error)
    thanks = _REPORTED if move.action == "report" else ""
    if hand:
        return _page(hand, thanks=thanks)
    if thanks:
        flash(thanks, "success")
    return _htmx.go(url_for("work.deck", slug=slug))


def _turn(session: Session, slug: str, move: Move) -> Hand | None:
    """Play a move; scripts get the next card at once, plain forms are sent to fetch it."""
    campaign, identity = (
        campaign_or_404(slug, "campaign.work"),
        current_identity(session),
    )
    _deck.play(session, campaign, identity, move, utcnow())
    return (
        _deck.deal(session, campaign, identity, utcnow()) if _htmx.is_swap() else None
    )


def _show(slug: str, error: MicrotaskError | None = None) -> ResponseReturnValue:
    hand = transact(
        lambda session: _deck.deal(
            session,
            campaign_or_404(slug, "campaign.work"),
            current_identity(session),
            utcnow(),
        )
    )
    status = 200 if error is None else 422 if isinstance(error, InvalidAnswer) else 409
    return _page(hand, str(error or "")), status


def _page(hand: Hand, problem: str = "", thanks: str = "") -> str:
    picture = _pictures.url(hand.lease) if hand.lease else ""
    template = "work/_card.html" if _htmx.is_swap() else "work/deck.html"
    return render_template(
        template,
        campaign=hand.campaign,
        hand=hand,
        picture_url=picture,
        problem=problem,
        thanks=thanks,
        others=[] if hand.lease else _others(hand),
    )


def _others(hand: Hand) -> list[listing.Entry]:
    """Offer somebody who has nothing left to do here up to three other campaigns."""
    return listing.wanting_help(db.session(), utcnow(), besides=hand.campaign)[:3]
