"""Review: one contested card after the other, with what was said of it, and a person who decides."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from blueprints import _htmx, _inside, _people
from blueprints._clock import utcnow
from blueprints._database import db, transact
from blueprints._people import campaign_or_404
from microtasks import faces, leafing, questions, resolutions, review, stages
from microtasks.errors import InvalidAnswer, WrongState
from microtasks.models import Account, Campaign, Card

bp = Blueprint("review", __name__, url_prefix="/manage/<slug>/review")


@bp.get("")
def show(slug: str) -> ResponseReturnValue:
    """Show the contested card that waits longest, or the n-th of them."""
    return _page(campaign_or_404(slug, "card.review"), _inside.number("card"))


@bp.post("")
def settle(slug: str) -> ResponseReturnValue:
    """Decide a card by the reviewer's word and show the next one, or leave it for later."""
    campaign, account = campaign_or_404(slug, "card.review"), _people.signed_in()
    at = _inside.number("card")
    if request.form.get("action") == "skip":
        return _next(campaign, at + 1)
    try:
        transact(lambda session: _decide(session, campaign, account))
    except (InvalidAnswer, WrongState) as refused:
        status = 422 if isinstance(refused, InvalidAnswer) else 409
        return _page(campaign, at, str(refused)), status
    return _next(campaign, at)


def _decide(session: Session, campaign: Campaign, account: Account) -> None:
    card = leafing.card(session, campaign, request.form.get("id", ""))
    resolutions.settle(session, card, _value(session, card), account, utcnow())


def _value(session: Session, card: Card) -> object:
    """Return what the reviewer says: "can't tell", one of the values given, or an answer of their own."""
    if request.form.get("action") == "cant_tell":
        return None
    raw = request.form.getlist("value")
    if "given" not in request.form:
        question = stages.question(card.stage)
        return questions.kind(question.kind).parse(question, raw)
    for tally in review.tallies(session, card):
        if [tally.text] == raw:
            return tally.value
    raise InvalidAnswer("Nobody gave this answer; the list is fresh now.", "value")


def _next(campaign: Campaign, at: int) -> ResponseReturnValue:
    if _htmx.is_swap():
        return _page(campaign, at)
    return _htmx.redirect_to("review.show", slug=campaign.slug, card=at)


def _page(campaign: Campaign, at: int, problem: str = "") -> str:
    session = db.session()
    queue = review.queue(session, campaign)
    at = at if at <= len(queue) else 1
    card = queue[at - 1] if queue else None
    return _inside.page(
        "review/show.html",
        campaign,
        "review/_card.html",
        card=card,
        face=faces.face(card) if card else None,
        tallies=review.tallies(session, card) if card else [],
        left=review.waiting(session, campaign),
        address=url_for("review.settle", slug=campaign.slug, card=at),
        problem=problem,
    )
