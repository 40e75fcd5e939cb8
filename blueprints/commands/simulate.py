"""Drives the real site with simulated volunteers: to try a campaign before people come, and to test the site."""

from __future__ import annotations

import json
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from blueprints._database import db
from blueprints.commands import _local_site, _volunteers
from blueprints.commands._crib import Crib
from blueprints.commands._volunteers import Plan
from microtasks import campaigns, database, questions, simulation, stages
from microtasks.errors import InvalidInput, MicrotaskError
from microtasks.models import Campaign, CampaignState
from microtasks.simulation import Truth


@click.command("simulate")
@click.argument("slug")
@click.option(
    "--volunteers",
    default=12,
    type=click.IntRange(1, 500),
    show_default=True,
    help="So many at once.",
)
@click.option(
    "--truth",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV: source, stage, value.",
)
@click.option(
    "--accuracy",
    default=0.9,
    type=click.FloatRange(0, 1),
    show_default=True,
    help="How often they are right, in the mean.",
)
@click.option(
    "--think",
    default=0.45,
    type=click.FloatRange(0),
    show_default=True,
    help="Mean seconds before an answer; under 0.3 it counts as suspiciously fast.",
)
@click.option(
    "--url",
    default="",
    help="Drive this running site; left out: serve it here for the purpose.",
)
@click.option(
    "--seed", default=0, show_default=True, help="The same seed, the same people."
)
@click.option(
    "--seconds",
    default=900.0,
    type=click.FloatRange(0),
    show_default=True,
    help="Stop after so long.",
)
@click.option("--most", type=click.IntRange(1), help="Stop after so many answers.")
@click.option(
    "--mess",
    is_flag=True,
    help="Skip, doubt, leave, undo and send twice as people do (always so without --truth).",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@with_appcontext
def simulate(
    slug: str, truth: Path | None, url: str, mess: bool, as_json: bool, **options: Any
) -> None:
    """Let volunteers answer the campaign SLUG over HTTP, and check what the site tells them."""
    try:
        with database.reading():
            campaign = campaigns.by_slug(db.session(), slug)
            known = _read(campaign, truth)
            number, state = campaign.id, campaign.state
            db.session.rollback()
    except MicrotaskError as error:
        raise click.ClickException(str(error)) from error
    if state != CampaignState.open:
        raise click.ClickException(f"The campaign is {state}: open it first.")
    told = run(number, slug, url, truth=known, messy=mess or not known, **options)
    click.echo(json.dumps(told) if as_json else _in_words(told))


def run(campaign: int, slug: str, url: str = "", **options: Any) -> dict[str, Any]:
    """Run a simulation on the site at `url`, or on one served here; return its numbers."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    crib = Crib(app.config["MANYHANDS"], campaign)
    with ExitStack() as stack:
        stack.callback(crib.close)
        site = url or stack.enter_context(_local_site.serving(app))
        begun = time.monotonic()
        tally = _volunteers.crowd(Plan(site, slug, crib, **options))
        return tally.report(time.monotonic() - begun, crib.lost(tally.keys))


def check(truth: Truth, campaign: Campaign) -> None:
    """Refuse a truth that names no stage of the campaign or says what its question does not take."""
    asked = {stage.name: stages.question(stage) for stage in campaign.stages}
    for (source, name, _), cell in truth.cells.items():
        question = asked.get(name)
        if question is None:
            raise InvalidInput(
                f"the truth names the stage “{name}”, which the campaign does not have"
            )
        if not cell:
            continue
        try:
            said = simulation.raw(cell, question.kind == "choices")
            questions.kind(question.kind).parse(question, said)
        except InvalidInput as error:
            raise InvalidInput(
                f"the truth says {cell!r} of “{source}”: {error}"
            ) from error


def _read(campaign: Campaign, path: Path | None) -> Truth:
    if path is None:
        return Truth({})
    truth = simulation.read_truth(path.read_text(encoding="utf-8"))
    check(truth, campaign)
    return truth


def _in_words(told: dict[str, Any]) -> str:
    lines = [
        f"{told['answers']} answers in {told['seconds']} s ({told['answers_per_second']} a second)",
        f"from an answer to the next card: half within {told['p50_ms']} ms, 95 % within {told['p95_ms']} ms",
        f"acknowledged and then not found: {told['lost']}",
        f"told “nothing left” though a place was free: {told['false_nothing']}",
        f"refused: {told['errors_4xx']}; server errors: {told['errors_5xx']}; lines broken: {told['broken_lines']}",
        f"why they stopped: {_counts(told['told'])}",
        f"besides answering: {_counts(told['did'])}",
    ]
    return "\n".join(lines)


def _counts(found: dict[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in found.items()) or "nothing to tell"
