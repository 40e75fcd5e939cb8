"""Watching a campaign: its cards as a volunteer sees them, and how the work goes."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import SystemRandom

from flask import abort, make_response
from flask.typing import ResponseReturnValue

from blueprints import _htmx, _inside
from blueprints._clock import utcnow
from blueprints._database import db
from blueprints._people import campaign_or_404
from blueprints._store import scratch, store
from microtasks import card_pictures, faces, leafing
from microtasks import progress as progresses
from microtasks import trust as trusts
from microtasks.models import Campaign, CampaignState, CardState, SourceKind, Stage
from microtasks.progress import Progress, StageProgress
from microtasks.trust import StageTrust

_RNG = SystemRandom()

_BAR = (
    ("decided", (CardState.resolved,)),
    ("open", (CardState.open,)),
    ("contested", (CardState.contested,)),
    ("reported", (CardState.held,)),
    ("waiting or set aside", (CardState.waiting, CardState.stale)),
)


def preview(slug: str) -> ResponseReturnValue:
    """Show the n-th card of a stage exactly as a volunteer sees it; without a number any card."""
    campaign = campaign_or_404(slug, "progress.view")
    stage = _stage(campaign)
    total = leafing.count_cards(db.session(), stage) if stage else 0
    chosen = _inside.number("card", 0) or _RNG.randint(1, max(1, total))
    at = min(chosen, max(1, total))
    card = leafing.card_at(db.session(), stage, at) if stage else None
    return _inside.page(
        "campaigns/preview.html",
        campaign,
        "campaigns/_preview.html",
        stage=stage,
        card=card,
        face=faces.face(card) if card else None,
        at=at,
        total=total,
    )


def _stage(campaign: Campaign) -> Stage | None:
    stages = campaign.stages
    number = _inside.number("stage")
    return stages[min(number, len(stages)) - 1] if stages else None


def picture(slug: str, card: str) -> ResponseReturnValue:
    """Serve a card's picture to the campaign's members."""
    campaign = campaign_or_404(slug, "progress.view")
    found = leafing.card(db.session(), campaign, card)
    if found.source.kind != SourceKind.image:
        abort(404)
    cut = card_pictures.picture(store(), found.source, found.region, scratch())
    response = make_response(cut.body)
    response.mimetype = cut.mime
    response.headers["Cache-Control"] = "private, max-age=600"
    response.headers["Content-Disposition"] = "inline"
    return response


def progress(slug: str) -> ResponseReturnValue:
    """Show how the work goes, in pictures."""
    campaign, now = campaign_or_404(slug, "progress.view"), utcnow()
    measured = progresses.campaign(db.session(), campaign, now)
    return _inside.page(
        "campaigns/progress.html",
        campaign,
        "campaigns/_progress.html",
        progress=measured,
        stages=[(stage, _parts(stage)) for stage in measured.stages],
        hours=_hours(measured, now),
        forecast=_forecast(campaign, measured),
        trust=[] if _htmx.is_swap() else _trust(campaign, measured),
    )


def _trust(
    campaign: Campaign, measured: Progress
) -> list[tuple[StageProgress, StageTrust]]:
    """Pair stages with how far their decisions can be trusted: for the whole page, not each time it looks again."""
    found = trusts.of(db.session(), campaign)
    return list(zip(measured.stages, found, strict=True))


def _parts(stage: StageProgress) -> list[tuple[str, int]]:
    """Gather a stage's cards under the few words that the bar has room for."""
    return [(name, sum(stage.cards.get(s, 0) for s in states)) for name, states in _BAR]


def _hours(measured: Progress, now: datetime) -> list[tuple[str, int]]:
    first = now - timedelta(hours=len(measured.hourly) - 1)
    return [
        (f"{first + timedelta(hours=at):%-d %b %H}:00", count)
        for at, count in enumerate(measured.hourly)
    ]


def _forecast(campaign: Campaign, measured: Progress) -> str:
    """Say in one sentence when the work will be done."""
    if measured.is_finished:
        return "Every card has its answers."
    if campaign.state != CampaignState.open:
        return "No answers are taken now."
    if measured.forecast is None:
        return "Nobody has answered in the last two days, so there is no forecast."
    day = f"{measured.forecast:%-d %B %Y}"
    if campaign.deadline and measured.forecast.date() > campaign.deadline:
        return f"At this pace the last card is done on {day}: after the deadline."
    return f"At this pace the last card is done on {day}."
