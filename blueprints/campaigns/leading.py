"""Leading campaigns: the list of mine, a campaign's own page with what comes next, and its states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from blueprints import _inside, _jobs, _people
from blueprints._addresses import outside
from blueprints._clock import utcnow
from blueprints._database import db, transact
from blueprints._htmx import redirect_to
from blueprints._people import campaign_or_404
from microtasks import attention, campaigns, leafing, policy, uploads
from microtasks.errors import InvalidInput, WrongState
from microtasks.models import Campaign

_STEPS: Mapping[str, Callable[..., Any]] = {
    "open": campaigns.open_,
    "pause": campaigns.pause,
    "resume": campaigns.resume,
    "close": campaigns.close,
}


def index() -> ResponseReturnValue:
    """List the campaigns of my organisations with what needs attention."""
    account = _people.signed_in()
    mine = attention.campaigns_of(db.session(), account)
    makers = [
        each.organisation
        for each in account.memberships
        if policy.may(account, "campaign.create", each.organisation)
    ]
    return render_template(
        "campaigns/index.html",
        campaigns=mine,
        waiting=attention.of(db.session(), mine),
        makers=makers,
        is_member=bool(account.memberships),
    )


def show(slug: str) -> ResponseReturnValue:
    """Show how far a campaign is and what comes next."""
    return _page(campaign_or_404(slug, "progress.view"))


def change_state(slug: str) -> ResponseReturnValue:
    """Open, pause, resume or close a campaign."""
    campaign, account = campaign_or_404(slug, "campaign.open"), _people.signed_in()
    step = _STEPS.get(request.form.get("action", ""))
    if step is None:
        raise InvalidInput("A campaign has no such button.", "action")
    try:
        transact(lambda s: step(s, campaign, utcnow(), account))
    except WrongState as refused:
        return _page(campaign, str(refused)), 409
    _jobs.ring()
    return redirect_to("campaigns.show", slug=slug)


def delete(slug: str) -> ResponseReturnValue:
    """Delete a campaign for good, once its address was typed."""
    campaign, account = campaign_or_404(slug, "campaign.delete"), _people.signed_in()
    if request.form.get("confirmation", "").strip() != slug:
        return _page(campaign, f"Nothing was deleted: “{slug}” was not typed."), 422
    title = campaign.title
    transact(lambda s: campaigns.delete(s, campaign, utcnow(), account))
    _jobs.ring()
    flash(f"“{title}” is being deleted with everything in it.", "success")
    return redirect_to("campaigns.index")


def _page(campaign: Campaign, problem: str = "") -> str:
    session = db.session()
    return _inside.page(
        "campaigns/show.html",
        campaign,
        "campaigns/_state.html",
        problem=problem,
        state=attention.of(session, [campaign])[campaign.id],
        sources=uploads.count_sources(session, campaign),
        cutting=leafing.cutting_jobs(session, campaign),
        address=outside("public.campaign", slug=campaign.slug),
        approved=campaign.organisation.approved_at is not None,
    )
