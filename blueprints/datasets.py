"""Data sets: the page that a citation leads to, the download, and for members the making of new ones."""

from __future__ import annotations

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue

from blueprints import _htmx, _inside, _jobs
from blueprints._clock import utcnow
from blueprints._database import db, transact
from blueprints._people import campaign_or_404, current_account, require, signed_in
from blueprints._store import store
from microtasks import policy
from microtasks.datasets import versions
from microtasks.errors import InvalidInput, NotAllowed, NotFound
from microtasks.models import Campaign, DataSet

bp = Blueprint("datasets", __name__, url_prefix="/datasets/<slug>")

#: For whom a data set can be made, and what one must be allowed for it.
_AUDIENCES = {"team": "dataset.freeze", "public": "dataset.publish"}


@bp.get("/")
def index(slug: str) -> ResponseReturnValue:
    """List a campaign's data sets: all for its members, the published ones for everybody else."""
    campaign = campaign_or_404(slug, "dataset.view")
    if not policy.may(current_account(), "progress.view", campaign):
        public = versions.listed(db.session(), campaign, public=True)
        return render_template(
            "datasets/published.html", campaign=campaign, data_sets=public
        )
    found = versions.listed(db.session(), campaign, public=False)
    return _inside.page("datasets/index.html", campaign, data_sets=found)


@bp.get("/<int:version>/")
def show(slug: str, version: int) -> ResponseReturnValue:
    """Show what a data set holds, how to cite it and how to check it, or how far its making is."""
    campaign, data_set = _data_set(slug, version)
    return _htmx.render(
        "datasets/show.html",
        "datasets/_data_set.html",
        campaign=campaign,
        data_set=data_set,
        job=versions.job_of(db.session(), data_set),
        published=policy.is_public(campaign) and data_set.is_public,
    )


@bp.get("/<int:version>/data.zip")
def download(slug: str, version: int) -> ResponseReturnValue:
    """Send the zip: whole, or the range that an interrupted download still misses."""
    _, data_set = _data_set(slug, version)
    if data_set.key is None:
        raise NotFound("This data set is not written yet.")
    with store().path(data_set.key) as path:
        response = send_file(
            path,
            mimetype="application/zip",
            as_attachment=True,
            download_name=f"{slug}-v{version}.zip",
            etag=data_set.key,
            last_modified=data_set.frozen_at,
            max_age=0,
        )
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@bp.post("/freeze")
def freeze(slug: str) -> ResponseReturnValue:
    """Make a new data set of what was answered until now."""
    campaign = campaign_or_404(slug, "dataset.freeze")
    audience = request.form.get("audience", "")
    if audience not in _AUDIENCES:
        raise InvalidInput("Say for whom the data set is: team or public.", "audience")
    account = require(_AUDIENCES[audience], campaign)
    is_public = audience == "public"
    version = transact(
        lambda s: (
            versions.begin(
                s, campaign, is_public=is_public, now=utcnow(), account=account
            ).version
        )
    )
    _jobs.ring()
    return _htmx.redirect_to("datasets.show", slug=slug, version=version)


@bp.post("/<int:version>/visibility")
def set_visibility(slug: str, version: int) -> ResponseReturnValue:
    """Take a published data set off the public pages, or put it back."""
    campaign, account = campaign_or_404(slug, "dataset.publish"), signed_in()
    wanted = request.form.get("visible") == "yes"
    transact(
        lambda s: versions.set_public(
            s, _existing(campaign, version), wanted, now=utcnow(), account=account
        )
    )
    return _htmx.redirect_to("datasets.show", slug=slug, version=version)


def _data_set(slug: str, version: int) -> tuple[Campaign, DataSet]:
    """Return a data set that the visitor may have; to strangers one that is not public does not exist."""
    campaign = db.session.scalar(db.select(Campaign).where(Campaign.slug == slug))
    who = current_account()
    if campaign is None or campaign.deleted_at:
        raise NotFound("There is no such data set, or it is not for you.")
    data_set = _existing(campaign, version)
    is_there = data_set.is_public and data_set.key is not None
    if is_there and policy.may(who, "dataset.view", campaign):
        return campaign, data_set
    if policy.may(who, "dataset.download_private", campaign):
        return campaign, data_set
    if policy.is_known_to(who, campaign):
        raise NotAllowed("Your role here does not include this data set.")
    raise NotFound("There is no such data set, or it is not for you.")


def _existing(campaign: Campaign, version: int) -> DataSet:
    found = versions.find(db.session(), campaign, version)
    if found is None:
        raise NotFound("There is no such data set, or it is not for you.")
    return found
