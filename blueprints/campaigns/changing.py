"""Changing a campaign that exists: the same form, its recipe as a file, and how its instructions will look."""

from __future__ import annotations

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from blueprints import _inside, _jobs, _people
from blueprints._clock import utcnow
from blueprints._forms import attempt
from blueprints._htmx import redirect_to
from blueprints._people import campaign_or_404
from blueprints.campaigns.form import RecipeForm
from microtasks import campaigns, recipe
from microtasks.errors import WrongState
from microtasks.models import Campaign
from microtasks.recipe import Recipe


def edit(slug: str) -> ResponseReturnValue:
    """Show a campaign's form, rearrange it, or change the campaign."""
    campaign = campaign_or_404(slug, "campaign.edit")
    if request.method == "GET":
        return _page(RecipeForm.of(campaigns.recipe_of(campaign)), campaign)
    form = RecipeForm()
    if form.rearrange(request.form.get("action", "")):
        return _page(form, campaign)
    plan = form.plan()
    try:
        changed = plan and attempt(form, lambda s: _change(s, campaign, plan))
    except WrongState as refused:
        form.form_errors.append(str(refused))
        return _page(form, campaign), 409
    if not changed:
        return _page(form, campaign), 422
    _jobs.ring()
    flash("Saved.", "success")
    return redirect_to("campaigns.show", slug=slug)


def _change(session: Session, campaign: Campaign, plan: Recipe) -> bool:
    campaigns.change(session, campaign, plan, utcnow(), _people.signed_in())
    return True


def recipe_file(slug: str) -> ResponseReturnValue:
    """Hand out a campaign's recipe as a file."""
    campaign = campaign_or_404(slug, "progress.view")
    file = Response(recipe.write(campaigns.recipe_of(campaign)), mimetype="text/plain")
    file.headers.set("Content-Disposition", "attachment", filename=f"{slug}.toml")
    return file


def words() -> ResponseReturnValue:
    """Show how instructions will look."""
    _people.signed_in()
    text = request.form.get("instructions", "")
    return render_template("campaigns/_words.html", text=text[:50_000])


def _page(form: RecipeForm, campaign: Campaign) -> str:
    return _inside.page(
        "campaigns/settings.html",
        campaign,
        "campaigns/_stages.html",
        form=form.ready(),
        action=url_for("campaigns.edit", slug=campaign.slug),
    )
