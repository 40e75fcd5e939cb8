"""The operator's desk: what waits for approval, what must not stay, which jobs need a hand."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints import _people
from blueprints._clock import utcnow
from blueprints._database import db, transact
from blueprints._htmx import redirect_to
from blueprints._people import campaign_or_404, require
from microtasks import audit, operating
from microtasks.models import Account, Campaign, Job, Organisation

bp = Blueprint("operator", __name__, url_prefix="/operator")


@bp.get("")
def index() -> ResponseReturnValue:
    """Show what waits, what runs, who is here, and what was done."""
    require("site.operate")
    session = db.session()
    shown = select(Campaign).where(
        Campaign.deleted_at.is_(None), Campaign.opened_at.is_not(None)
    )
    return render_template(
        "operator/index.html",
        waiting=operating.waiting_campaigns(session),
        campaigns=list(session.scalars(shown.order_by(Campaign.id.desc()).limit(100))),
        jobs=operating.unfinished_jobs(session),
        organisations=list(
            session.scalars(select(Organisation).order_by(Organisation.name).limit(200))
        ),
        **_trail(session),
    )


def _trail(session: Session) -> dict[str, object]:
    """Return the latest deeds, with the names of who did them and the titles of what they were done to."""
    lines = audit.recent(session, limit=50)
    people = select(Account).where(Account.id.in_({line.account_id for line in lines}))
    things = select(Campaign).where(
        Campaign.id.in_({line.campaign_id for line in lines})
    )
    return {
        "lines": lines,
        "names": {person.id: person.name for person in session.scalars(people)},
        "titles": {thing.id: thing.title for thing in session.scalars(things)},
    }


def _found(model: type, public_id: str):
    found = db.session.scalar(select(model).where(model.public_id == public_id))
    if found is None:
        raise _people.nothing_here()
    return found


@bp.post("/organisations/<organisation>/approve")
def approve(organisation: str) -> ResponseReturnValue:
    """Let an organisation's campaigns be seen."""
    require("campaign.approve")
    found, by = _found(Organisation, organisation), _people.signed_in()
    transact(lambda s: operating.approve(s, found, by=by, now=utcnow()))
    flash(
        f"{found.name} is approved: its open campaigns can be seen by everybody.",
        "success",
    )
    return redirect_to("operator.index")


@bp.post("/campaigns/<slug>/take-down")
def take_down(slug: str) -> ResponseReturnValue:
    """Hide a campaign that must not stay."""
    campaign, by = campaign_or_404(slug, "campaign.take_down"), _people.signed_in()
    reason = request.form.get("reason", "")[:500]
    transact(lambda s: operating.take_down(s, campaign, reason, by=by, now=utcnow()))
    flash(f"{campaign.title} is hidden from all but its organisation.", "success")
    return redirect_to("operator.index")


@bp.post("/campaigns/<slug>/put-back")
def put_back(slug: str) -> ResponseReturnValue:
    """Show a campaign again."""
    campaign, by = campaign_or_404(slug, "campaign.take_down"), _people.signed_in()
    transact(lambda s: operating.put_back(s, campaign, by=by, now=utcnow()))
    return redirect_to("operator.index")


@bp.post("/jobs/<job>/retry")
def retry(job: str) -> ResponseReturnValue:
    """Let a failed job go on."""
    require("jobs.view")
    found, by = _found(Job, job), _people.signed_in()
    transact(lambda s: operating.retry(s, found, by=by, now=utcnow()))
    return redirect_to("operator.index")
