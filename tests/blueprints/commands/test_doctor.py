"""The doctor: a sound site is called sound, and each ailment is named with what to do."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import text

from blueprints._clock import utcnow
from blueprints._database import db
from blueprints.commands import _checks, _labour
from microtasks import jobs
from microtasks.models import AuditLine
from tests import world


@pytest.fixture
def looked(app: Flask) -> Flask:
    """The site after a worker looked for jobs."""
    app.config["MANYHANDS"] = replace(app.config["MANYHANDS"], secret_key="k" * 40)
    _labour.say_alive(app.config["MANYHANDS"])
    return app


def states(app: Flask) -> dict[str, str]:
    with app.app_context():
        found = _checks.everything(app.config["MANYHANDS"])
        return {finding.name: finding.state for finding in found}


def test_a_sound_site_is_called_sound(looked: Flask, runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["doctor", "--json"])

    told = json.loads(result.output)
    failing = [check for check in told["checks"] if check["state"] == "fail"]
    assert failing == []
    assert told["healthy"]
    assert result.exit_code == 0


def test_every_line_says_what_to_do_where_something_is_wrong(
    looked: Flask, runner: FlaskCliRunner
) -> None:
    with looked.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        db.session.commit()

    result = runner.invoke(args=["doctor"])

    assert result.exit_code == 1
    assert "FAIL  migrations" in result.output
    assert "flask db upgrade" in result.output


def test_jobs_that_wait_while_no_worker_is_seen_are_a_failure(app: Flask) -> None:
    assert states(app)["worker"] == "warn"
    with app.app_context():
        jobs.plan(db.session(), "intake", now=utcnow() - timedelta(minutes=5))
        db.session.commit()

    assert states(app)["worker"] == "fail"


def test_a_busy_worker_with_late_jobs_is_a_warning(looked: Flask) -> None:
    assert states(looked)["worker"] == "ok"
    with looked.app_context():
        jobs.plan(db.session(), "intake", now=utcnow() - timedelta(minutes=5))
        db.session.commit()

    assert states(looked)["worker"] == "warn"


def test_a_clock_behind_what_was_recorded_is_a_failure(looked: Flask) -> None:
    with looked.app_context():
        later = utcnow() + timedelta(hours=2)
        db.session.add(AuditLine(at=later, deed="from the future", detail={}))
        db.session.commit()

    assert states(looked)["clock"] == "fail"


def test_a_short_key_is_a_failure(looked: Flask) -> None:
    config = looked.config["MANYHANDS"]
    looked.config["MANYHANDS"] = replace(config, secret_key="short")

    assert states(looked)["secret key"] == "fail"


def test_a_redis_that_is_away_is_a_warning_and_not_a_failure(looked: Flask) -> None:
    config = looked.config["MANYHANDS"]
    looked.config["MANYHANDS"] = replace(config, redis_url="unix:///nowhere.sock")

    assert states(looked)["redis"] == "warn"


def test_a_store_that_cannot_be_written_is_a_failure(looked: Flask) -> None:
    class ReadOnly:
        def put(self, source: object) -> None:
            raise PermissionError("read-only")

    looked.extensions["store"] = ReadOnly()

    assert states(looked)["store"] == "fail"


def test_a_counter_that_does_not_follow_from_its_answers_is_a_failure(
    looked: Flask,
) -> None:
    with looked.app_context():
        world.campaign(db.session(), cards=1)
        assert states(looked)["cards"] == "ok"
        db.session.execute(text("UPDATE card SET counted = 1"))
        db.session.commit()
    assert states(looked)["cards"] == "fail"
