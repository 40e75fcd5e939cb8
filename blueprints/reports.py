"""Reports: cards that volunteers found wrong, to be mended, withdrawn or served again."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from blueprints import _htmx, _inside
from blueprints._clock import utcnow
from blueprints._database import db, transact
from blueprints._people import campaign_or_404
from microtasks import faces, leafing, reports
from microtasks.errors import InvalidInput, WrongState
from microtasks.models import Campaign, Report

bp = Blueprint("reports", __name__, url_prefix="/manage/<slug>/reports")


@bp.get("")
def index(slug: str) -> ResponseReturnValue:
    """Show the cards that were reported, each as it looks and with what was said of it."""
    return _page(campaign_or_404(slug, "report.settle"))


@bp.post("/<report>")
def settle(slug: str, report: str) -> ResponseReturnValue:
    """Release, withdraw or mend a reported card."""
    campaign = campaign_or_404(slug, "report.settle")
    try:
        transact(lambda session: _settle(session, campaign, report))
    except (InvalidInput, WrongState) as refused:
        status = 422 if isinstance(refused, InvalidInput) else 409
        return _page(campaign, str(refused)), status
    if _htmx.is_swap():
        return _page(campaign)
    return _htmx.redirect_to("reports.index", slug=slug)


def _settle(session: Session, campaign: Campaign, public_id: str) -> None:
    report = leafing.report(session, campaign, public_id)
    action = request.form.get("action", "")
    if action == reports.Outcome.mended:
        reports.mend(session, report, _mended(report), utcnow())
    elif action in {reports.Outcome.released, reports.Outcome.withdrawn}:
        reports.settle(session, report, reports.Outcome(action), utcnow())
    else:
        raise InvalidInput("A report has no such button.", "action")


def _mended(report: Report) -> dict[str, str]:
    """Return the columns whose fields came with the form; they are numbered, since a name may be anything."""
    columns = report.card.source.columns
    texts = (
        (name, request.form.get(f"text{at}")) for at, (name, _) in enumerate(columns)
    )
    return {name: text for name, text in texts if text is not None}


def _page(campaign: Campaign, problem: str = "") -> str:
    by_card: dict[int, list[Report]] = {}
    for report in reports.queue(db.session(), campaign):
        by_card.setdefault(report.card_id, []).append(report)
    entries = [
        (said[0].card, faces.face(said[0].card), said) for said in by_card.values()
    ]
    return _inside.page(
        "reports/index.html",
        campaign,
        "reports/_reports.html",
        entries=entries[:20],
        total=len(entries),
        problem=problem,
    )
