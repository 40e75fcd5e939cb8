"""What all pages inside a campaign share: who may come in, and the tabs with what waits behind them."""

from __future__ import annotations

from flask import render_template, request

from blueprints import _htmx
from blueprints._database import db
from microtasks import attention
from microtasks.models import Campaign


def page(
    template: str, campaign: Campaign, fragment: str | None = None, **context: object
) -> str:
    """Render a page inside a campaign, or only its fragment when htmx asks for a swap."""
    if fragment and _htmx.is_swap():
        return render_template(fragment, campaign=campaign, **context)
    waiting = attention.queues(db.session(), campaign)
    return render_template(template, campaign=campaign, waiting=waiting, **context)


def number(name: str, otherwise: int = 1) -> int:
    """Return a whole number above 0 from the address, or what stands for a missing or odd one."""
    text = request.args.get(name, "")
    fits = text.isascii() and text.isdigit() and len(text) < 10
    return int(text) or otherwise if fits else otherwise
