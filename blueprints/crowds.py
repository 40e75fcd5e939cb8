"""Crowds from elsewhere: somebody's table of answers goes in, what it comes to is shown and handed out, for a week."""

from __future__ import annotations

import zipfile
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, current_app, render_template, request, send_file, session
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import FileField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from blueprints import _htmx, _jobs, _limits
from blueprints._clock import utcnow
from blueprints._database import db, transact
from blueprints._forms import attempt, status
from blueprints._people import require, signed_in
from blueprints._store import scratch, store
from config import Config
from microtasks.crowds import deciding, keeping
from microtasks.crowds import request as requests
from microtasks.errors import NotFound, UploadRejected
from microtasks.intake import names
from microtasks.models import Account, UploadedCrowd, public_id
from microtasks.questions import answer_types

bp = Blueprint("crowds", __name__, url_prefix="/crowds")

_KINDS = {
    "choice": "one of several options",
    "choices": "any of several options",
    "text": "text",
    "number": "a number",
    "points": "points on a picture",
    "boxes": "boxes on a picture",
    "polygons": "outlines on a picture",
    "place": "a place on a map",
}
_REPEATS = {
    "last": "the last one stands",
    "first": "the first one stands",
    "all": "each counts as an answer",
}
_FILES = {"result": deciding.RESULT, "workers": deciding.WORKERS}


def _choices(meanings: dict[str, str]) -> list[SelectChoice]:
    return [SelectChoice(name, meaning) for name, meaning in meanings.items()]


class CrowdForm(FlaskForm):
    """A table of answers, and how it is to be decided."""

    answers = FileField("Answers", [InputRequired("Choose a file.")])
    kind = SelectField("What each answer is")
    truth = FileField(
        "Known truth",
        description="A CSV of the tasks whose right answer you know: task, and label or text.",
    )
    repeats = SelectField(
        "Where a worker answered a task twice", choices=_choices(_REPEATS)
    )
    method = StringField(
        "Method",
        [Length(max=40)],
        default="auto",
        description="“auto” suits most crowds. The guide for scientists names the others.",
    )

    def __init__(self) -> None:
        super().__init__(kind=request.args.get("kind", "choice"))
        self.kind.choices = [
            SelectChoice(name, _KINDS.get(name, name)) for name in answer_types()
        ]


def _asker() -> str:
    return f"account {getattr(current_user, 'account_id', _limits.address())}"


@bp.url_value_preprocessor
def _take_files(endpoint: str | None, values: dict[str, object] | None) -> None:
    """Raise the limit before anything reads the form, and say plainly where a file passes it."""
    if endpoint != "crowds.index" or "_user_id" not in session:  # nobody's are read
        return
    config: Config = current_app.config["MANYHANDS"]
    request.max_content_length = (config.max_crowd_mb + 1) * 2**20
    if (request.content_length or 0) > request.max_content_length:
        raise UploadRejected(
            f"The files are larger than {config.max_crowd_mb} MiB. Send a part of them."
        )


@bp.route("/", methods=["GET", "POST"])
@_limits.limiter.limit(_limits.CROWDS, key_func=_asker, methods=["POST"])
def index() -> ResponseReturnValue:
    """Show the form and what one has here; take a crowd and plan its deciding."""
    require("crowd.decide")
    form, account = CrowdForm(), signed_in()
    mine = keeping.of(db.session(), account)
    if form.validate_on_submit():
        db.session.rollback()  # nobody waits on the database while files are packed
        if crowd := _received(form, account):
            _jobs.ring()
            return _htmx.redirect_to("crowds.show", crowd=crowd)
    return render_template(
        "crowds/index.html",
        form=form,
        crowds=mine,
        days=keeping.KEPT.days,
        config=current_app.config["MANYHANDS"],
    ), status(form)


@bp.get("/<crowd>/")
def show(crowd: str) -> ResponseReturnValue:
    """Show how far the deciding is, and then what was decided; or why nothing could be."""
    found = _mine(crowd)
    return _htmx.render(
        "crowds/show.html",
        "crowds/_crowd.html",
        crowd=found,
        told=found.told,
        confidences=_confidences(found),
        is_waiting=keeping.is_waiting(found),
        meaning=_KINDS.get(found.asked["kind"], found.asked["kind"]),
    )


@bp.get("/<crowd>/<table>.csv")
def download(crowd: str, table: str) -> ResponseReturnValue:
    """Hand out the result, or the workers' reliabilities, as a table for spreadsheets."""
    found = _mine(crowd)
    if found.decided is None or table not in _FILES:
        raise NotFound("There is no such table.")
    with store().path(found.decided) as path, zipfile.ZipFile(path) as archive:
        file = archive.open(_FILES[table])  # reads on after both have ended
    response = send_file(
        file,
        mimetype="text/csv",
        as_attachment=True,
        download_name=_FILES[table],
        max_age=0,
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.post("/<crowd>/delete")
def delete(crowd: str) -> ResponseReturnValue:
    """Take a crowd away now."""
    signed_in()
    transact(lambda s: keeping.delete(s, _mine(crowd), utcnow()))
    _jobs.ring()
    return _htmx.redirect_to("crowds.index")


def _mine(crowd: str) -> UploadedCrowd:
    require("crowd.decide")
    return keeping.find(db.session(), signed_in(), crowd)


def _confidences(crowd: UploadedCrowd) -> list[tuple[str, int]]:
    counts = crowd.told.get("confidences", [])
    return [(f"{at / 10:g} to {at / 10 + 0.1:g}", n) for at, n in enumerate(counts)]


def _received(form: CrowdForm, account: Account) -> str | None:
    """Take the form's files; return the crowd's public id, or None where the form says why not."""
    config: Config = current_app.config["MANYHANDS"]
    asked = requests.Request(
        public_id(),
        form.kind.data,
        form.method.data.strip() or "auto",
        form.repeats.data,
        config.max_crowd_answers,
    )
    scratch().mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=scratch()) as room:
        bundle = _packed(form, asked, Path(room))
        name = names.shown(form.answers.data.filename)
        work = partial(keeping.receive, account=account, asked=asked, name=name, bundle=bundle, now=utcnow())  # fmt: skip
        crowd = attempt(form, work)
        if crowd is None:
            return None
        store().put(bundle)
    if not transact(lambda s: keeping.begin(s, crowd.id, utcnow())):
        store().delete(crowd.received)
    return asked.crowd


def _packed(form: CrowdForm, asked: requests.Request, room: Path) -> Path:
    files, bundle = room / "files", room / "bundle.zip"
    files.mkdir()
    form.answers.data.save(files / requests.ANSWERS)
    if form.truth.data:
        form.truth.data.save(files / requests.TRUTH)
    requests.pack(asked, files, bundle)
    return bundle
