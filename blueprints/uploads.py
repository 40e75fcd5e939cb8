"""Uploads: files stream to the store, a job reads them, and the page shows what was taken and what was not."""

from __future__ import annotations

import io

from flask import Blueprint, Response, current_app, request, session
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import MultipleFileField
from wtforms.validators import InputRequired

from blueprints import _inside, _jobs, _people
from blueprints._clock import utcnow
from blueprints._database import db
from blueprints._forms import attempt, status
from blueprints._htmx import redirect_to
from blueprints._people import campaign_or_404
from blueprints._store import store
from config import Config
from microtasks import leafing, uploads
from microtasks.datasets import cells
from microtasks.intake import names
from microtasks.models import UploadState
from microtasks.uploads import ReceivedFile

bp = Blueprint("uploads", __name__, url_prefix="/manage/<slug>")

#: A form's parts are counted against floods; a folder of pictures is none.
_MOST_PARTS = uploads.QUOTA.files_per_upload + 100


@bp.url_value_preprocessor
def _take_many_files(endpoint: str | None, values: dict[str, object] | None) -> None:
    """Raise the limits before anything reads the form: the check of its token does so first."""
    request.max_form_parts = _MOST_PARTS
    if endpoint == "uploads.add" and "_user_id" in session:  # nobody's files are read
        config: Config = current_app.config["MANYHANDS"]
        request.max_content_length = config.max_upload_mb * 2**20


class UploadForm(FlaskForm):
    """Files of any accepted kind, read together."""

    files = MultipleFileField(
        "Files",
        [InputRequired("Choose at least one file.")],
        description="Drop them here or choose them.",
    )


@bp.get("/sources")
def sources(slug: str) -> ResponseReturnValue:
    """List what the campaign has: its uploads and its sources."""
    campaign = campaign_or_404(slug, "progress.view")
    page = leafing.sources(db.session(), campaign, _inside.number("page"))
    return _inside.page(
        "uploads/sources.html",
        campaign,
        page=page,
        cards=leafing.cards_per_source(db.session(), page.items),
        uploads=uploads.of(db.session(), campaign),
    )


@bp.route("/upload", methods=["GET", "POST"])
def add(slug: str) -> ResponseReturnValue:
    """Take files into the store and plan their reading."""
    campaign = campaign_or_404(slug, "sources.upload")
    form, account = UploadForm(), _people.signed_in()
    if form.validate_on_submit():
        db.session.rollback()  # nobody waits on the database while files travel
        files = _stored(form)
        upload = attempt(
            form, lambda s: uploads.receive(s, campaign, files, utcnow(), account)
        )
        if upload:
            _jobs.ring()
            return redirect_to("uploads.show", slug=slug, upload=upload.public_id)
    return _inside.page("uploads/add.html", campaign, form=form), status(form)


def _stored(form: UploadForm) -> list[ReceivedFile]:
    received = []
    for file in form.files.data:
        if file and file.filename:
            kept = store().put(file.stream)
            name = names.shown(file.filename)
            received.append(ReceivedFile(name, kept.sha256, kept.size))
    return received


@bp.get("/uploads/<upload>")
def show(slug: str, upload: str) -> ResponseReturnValue:
    """Show how far the reading is, and afterwards what was taken and what was refused."""
    campaign = campaign_or_404(slug, "progress.view")
    found = leafing.upload(db.session(), campaign, upload)
    return _inside.page(
        "uploads/show.html",
        campaign,
        "uploads/_upload.html",
        upload=found,
        is_reading=found.state == UploadState.received,
        job=leafing.reading_job(db.session(), found),
        taken=leafing.taken(db.session(), found),
        refused=leafing.refused(db.session(), found, _inside.number("page")),
    )


@bp.get("/uploads/<upload>/refused.csv")
def refused(slug: str, upload: str) -> ResponseReturnValue:
    """Hand out everything that was refused of an upload as a table."""
    campaign = campaign_or_404(slug, "progress.view")
    found = leafing.upload(db.session(), campaign, upload)
    table = io.StringIO(newline="")
    cells.write(
        table,
        ["file", "row", "column", "reason"],
        [
            (line.file, line.row, line.column, line.reason)
            for line in leafing.first_refused(db.session(), found)
        ],
    )
    answer = Response(table.getvalue(), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename="refused.csv")
    return answer
