"""Refusals and faults: the right status, a sentence, a number, and a site that lives on."""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from blueprints._database import db
from microtasks import errors
from microtasks.models import Organisation
from tests.conftest import NOON

REFUSALS = [
    (errors.NotFound("gone"), 404),
    (errors.NotAllowed("not yours"), 403),
    (errors.InvalidInput("odd", "name"), 422),
    (errors.NothingToCut("blank"), 422),
    (errors.RecipeError("odd"), 422),
    (errors.InvalidAnswer("odd"), 422),
    (errors.UploadRejected("odd"), 422),
    (errors.WrongState("shut"), 409),
    (errors.KeyConflict("used"), 409),
    (errors.LeaseExpired("late"), 409),
    (errors.JobFenced("lost"), 409),
]


@pytest.fixture
def breaking(app: Flask) -> Flask:
    """The site with pages that raise what they are told to."""
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.extensions["raise"] = None

    def page() -> str:
        db.session.add(Organisation(name="Half written", created_at=NOON))
        db.session.flush()
        raise app.extensions["raise"]

    for path in ("/break", "/api/break"):
        app.add_url_rule(path, path, page, methods=["GET", "POST"])
    return app


@pytest.mark.parametrize(
    ("error", "status"), REFUSALS, ids=lambda value: type(value).__name__
)
def test_each_refusal_has_its_status_and_says_its_sentence(
    breaking: Flask, error: Exception, status: int
) -> None:
    breaking.extensions["raise"] = error
    client = breaking.test_client()
    page = client.post("/break")
    assert page.status_code == status
    assert str(error) in page.text
    assert "<html" in page.text
    fragment = client.post("/break", headers={"HX-Request": "true"})
    assert fragment.status_code == status
    assert fragment.text.lstrip().startswith('<section id="error"')
    told = client.post("/api/break")
    assert told.status_code == status
    assert told.json["error"] == str(error)


def test_every_class_of_refusal_is_here() -> None:
    known = {
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.MicrotaskError)
    }
    assert known - {type(error) for error, _ in REFUSALS} == {errors.MicrotaskError}


def test_a_fault_is_a_plain_page_with_a_number_and_nothing_stays(
    breaking: Flask, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    breaking.extensions["raise"] = ZeroDivisionError("the secret herons")
    with caplog.at_level(logging.ERROR):
        answer = breaking.test_client().post("/break")
    assert answer.status_code == 500
    assert "herons" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["X-Request-ID"] in answer.text
    assert "the secret herons" in caplog.text
    assert session.scalars(select(Organisation)).all() == []
    session.rollback()
    assert breaking.test_client().get("/healthz").status_code == 200


def test_a_database_that_is_away_is_a_moment_and_not_a_fault(breaking: Flask) -> None:
    breaking.extensions["raise"] = OperationalError(
        "SELECT 1", {}, Exception("connection refused")
    )
    answer = breaking.test_client().get("/break")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "connection refused" not in answer.text
    assert 'href="/break"' in answer.text


def test_a_page_for_what_is_too_large(breaking: Flask) -> None:
    breaking.extensions["raise"] = RequestEntityTooLarge()
    answer = breaking.test_client().post("/break")
    assert answer.status_code == 413
    assert "Too large" in answer.text


def test_a_method_that_is_not_taken_names_those_that_are(client: FlaskClient) -> None:
    answer = client.delete("/sign-in")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "another kind of request" in answer.text


def test_the_error_page_comes_up_without_the_database(
    breaking: Flask, tmp_path: object
) -> None:
    answer = breaking.test_client().get("/nothing")
    assert answer.status_code == 404
    assert "<h1>" in answer.text


def test_a_thousand_addresses_made_up_lead_nowhere(client: FlaskClient) -> None:
    for number in range(1, 1000, 37):
        for path in (
            f"/picture/{number}",
            f"/organisations/{number}",
            f"/c/{number}/",
            f"/reset/{number}",
        ):
            assert client.get(path).status_code in {404, 303}
