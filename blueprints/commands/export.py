"""`flask campaign export`: a campaign's results as a file, in one of the formats of `microtasks.datasets.formats`."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from blueprints import _jobs
from blueprints._clock import utcnow
from blueprints._database import db, transact
from blueprints._store import store
from microtasks import campaigns, jobs
from microtasks.datasets import build, packing, snapshot, versions
from microtasks.datasets.formats import formats, named
from microtasks.datasets.formats.form import Format
from microtasks.errors import MicrotaskError, WrongState
from microtasks.models import DataSet, JobState

_FORMATS = "; ".join(f"{each.name}: {each.meaning}" for each in formats().values())
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("export")
@click.argument("slug")
@click.option("--format", "name", required=True, help=f"{_FORMATS}.")
@click.option("--out", type=_NEW_FILE, required=True, help="Where the file goes.")
@click.option("--public", is_flag=True, help="Only columns that may be published.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def export(slug: str, name: str, out: Path, public: bool, as_json: bool) -> None:
    """Write the results of the campaign SLUG; the format zip freezes a new numbered data set."""
    try:
        chosen = named(name)
        make = _frozen if chosen.is_frozen else partial(_draft, chosen)
        version = make(slug, out, public)
    except MicrotaskError as error:
        raise click.ClickException(str(error)) from None
    told: dict[str, Any] = {
        "slug": slug,
        "format": name,
        "version": version,
        "path": str(out),
        "size": out.stat().st_size,
        "sha256": packing.sha256(out),
    }
    edition = f"data set {version}" if version else "the state of now"
    click.echo(json.dumps(told) if as_json else f"{out}: {edition} of {slug}")


def _frozen(slug: str, out: Path, public: bool) -> int:
    """Number a data set, write it here and now, and copy it out of the store."""
    number, version, job_id = transact(lambda session: _begin(session, slug, public))
    state = jobs.run_to_end(
        db.session(), job_id, _jobs.tools(), lambda: time.sleep(0.2)
    )
    made = db.session.get_one(DataSet, number, populate_existing=True)
    if state != JobState.done or made.key is None:
        raise WrongState(f"Data set {version} of {slug} could not be written.")
    with store().path(made.key) as path:
        shutil.copyfile(path, out)
    return version


def _begin(session: Session, slug: str, public: bool) -> tuple[int, int, int]:
    found = campaigns.by_slug(session, slug)
    made = versions.begin(session, found, is_public=public, now=utcnow())
    job = versions.job_of(session, made)
    if job is None:  # pragma: no cover - begun together
        raise WrongState("The data set has no job.")
    return made.id, made.version, job.id


def _draft(chosen: Format, slug: str, out: Path, public: bool) -> None:
    """Write the state of now, without a number."""
    found = campaigns.by_slug(db.session(), slug)
    at = versions.moment(db.session(), found, utcnow())
    title, number = build.draft(found, at, public), found.id
    db.session.rollback()
    with tempfile.TemporaryDirectory(dir=_jobs.tools().scratch) as folder:
        snapshot.take(db.session(), number, title, Path(folder))
        chosen.write(build.finish(title, Path(folder)), out)
