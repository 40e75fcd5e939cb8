"""`flask campaign`: what can be done with a campaign from the terminal."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from blueprints import _jobs
from blueprints._clock import utcnow
from blueprints._database import db, transact
from blueprints.commands import _creating
from microtasks import campaigns, jobs, progress, recipe
from microtasks.errors import MicrotaskError
from microtasks.models import Campaign, CardState, Job

campaign = AppGroup("campaign", help="Campaigns from the terminal.")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_PATH = click.Path(exists=True, path_type=Path)


@campaign.command("create")
@click.argument("recipe_file", metavar="RECIPE.toml", type=_FILE)
@click.option(
    "--sources",
    multiple=True,
    required=True,
    type=_PATH,
    help="A file (ZIP, table, picture, PDF), or a folder with all that is in it; may be given several times.",
)
@click.option("--owner", help="The address of the account that owns the campaign.")
@click.option(
    "--create-owner", is_flag=True, help="Make the owner's account if there is none."
)
@click.option("--open", "open_it", is_flag=True, help="Let volunteers in at once.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def create(
    recipe_file: Path,
    sources: tuple[Path, ...],
    owner: str | None,
    create_owner: bool,
    open_it: bool,
    as_json: bool,
) -> None:
    """Make a campaign from a recipe and files, and wait until its cards are cut."""
    try:
        plan = recipe.read(recipe_file.read_text(encoding="utf-8-sig"))
        told = _creating.create(plan, sources, owner, create_owner, open_it)
    except (MicrotaskError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{recipe_file.name}: {error}") from None
    click.echo(json.dumps(told) if as_json else _creating.in_words(told))
    if not told["sources"]:
        sys.exit(1)


@campaign.command("status")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(slug: str, as_json: bool) -> None:
    """Say how far a campaign is."""
    try:
        told = _status(campaigns.by_slug(db.session(), slug))
    except MicrotaskError as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps(told))
        return
    for name, value in told.items():
        click.echo(f"{name + ':':12}{'-' if value is None else value}")


def _status(found: Campaign) -> dict[str, Any]:
    seen = progress.campaign(db.session(), found, utcnow())
    return {
        "state": str(found.state),
        "cards": sum(seen.count(state) for state in CardState),
        **{str(state): seen.count(state) for state in CardState},
        "answers": seen.answers,
        "uncounted": seen.uncounted,
        "volunteers": seen.volunteers,
        "finished": seen.is_finished,
        "forecast": seen.forecast and seen.forecast.isoformat(),
    }


def _deed(name: str, do: Callable[..., Job | None], meaning: str) -> None:
    """Add `flask campaign NAME SLUG`; a job that the deed plans is run at once."""

    @campaign.command(name, help=meaning)
    @click.argument("slug")
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
    def command(slug: str, as_json: bool) -> None:
        def work(session: Session) -> tuple[str, int | None]:
            found = campaigns.by_slug(session, slug)
            job = do(session, found, utcnow())
            session.flush()
            state = "deleted" if found.deleted_at else str(found.state)
            return state, job.id if job else None

        try:
            state, job = transact(work)
        except MicrotaskError as error:
            raise click.ClickException(str(error)) from None
        if job is not None:
            jobs.run_to_end(db.session(), job, _jobs.tools(), lambda: time.sleep(0.2))
        told = {"slug": slug, "state": state}
        click.echo(json.dumps(told) if as_json else f"{slug} is {state} now.")


_deed("open", campaigns.open_, "Let volunteers in.")
_deed("pause", campaigns.pause, "Stop giving out cards for a while.")
_deed("resume", campaigns.resume, "Go on after a pause.")
_deed("close", campaigns.close, "Stop for good and decide what the answers allow.")
_deed("delete", campaigns.delete, "Erase a campaign with its answers and media.")
