"""What everybody may see: the campaigns that want help, and each campaign's own page."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from blueprints import _identity
from blueprints._clock import utcnow
from blueprints._database import db
from blueprints._people import campaign_or_404
from microtasks import listing

bp = Blueprint("public", __name__)


@bp.get("/")
def home() -> ResponseReturnValue:
    """List the campaigns that want help."""
    entries = listing.wanting_help(db.session(), utcnow())
    return render_template("public/home.html", entries=entries)


@bp.get("/c/<slug>/")
def campaign(slug: str) -> ResponseReturnValue:
    """Show what a campaign is for, how far it has come, and the way in."""
    found = campaign_or_404(slug, "campaign.view")
    return render_template(
        "public/campaign.html",
        entry=listing.entry(db.session(), found, utcnow()),
        campaign=found,
        is_known=_identity.known_key() is not None,
        data_sets=listing.public_data_sets(db.session(), found),
    )
