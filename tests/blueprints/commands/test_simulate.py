"""Simulated volunteers drive the real site over HTTP and tell the truth about it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from blueprints._database import db
from blueprints.commands._crib import Crib
from microtasks.models import Answer, CampaignState, Card, CardState
from tests import world


@pytest.fixture
def slug(app):
    with app.app_context():
        made = world.campaign(db.session(), cards=6)
        return made.slug


def simulate(runner, slug, *options):
    result = runner.invoke(
        args=[
            "simulate",
            slug,
            "--volunteers",
            "4",
            "--think",
            "0.41",
            "--json",
            *options,
        ]
    )
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def states(app):
    with app.app_context():
        return Counter(db.session.scalars(select(Card.state)))


def test_perfect_volunteers_decide_every_card_as_the_truth_has_it(
    app, runner, slug, tmp_path
):
    truth = tmp_path / "truth.csv"
    rows = [f"{n},need,{world.OPTIONS[n % 3]}" for n in range(6)]
    truth.write_text("\n".join(["source,stage,value", *rows]), encoding="utf-8")
    told = simulate(runner, slug, "--truth", str(truth), "--accuracy", "1")
    assert told["answers"] == 12
    assert told["lost"] == told["false_nothing"] == told["errors_5xx"] == 0
    assert told["errors_4xx"] == 0
    assert states(app) == {CardState.resolved: 6}
    with app.app_context():
        for answer in db.session.scalars(select(Answer)):
            number = int(answer.card.source.name)
            assert answer.value == world.OPTIONS[number % 3]
            assert answer.counted
            assert answer.flag == ""


def test_without_a_truth_volunteers_agree_on_something(app, runner, slug):
    told = simulate(runner, slug, "--accuracy", "1", "--seconds", "30")
    assert told["lost"] == 0
    assert states(app)[CardState.resolved] >= 5


def test_a_simulation_stops_after_so_many_answers(app, runner, slug):
    assert simulate(runner, slug, "--most", "5")["answers"] <= 5
    with app.app_context():
        assert len(db.session.scalars(select(Answer)).all()) <= 5
        assert sum(db.session.scalars(select(Card.leased))) == 0


def test_a_truth_that_the_question_does_not_take_is_refused(runner, slug, tmp_path):
    truth = tmp_path / "truth.csv"
    truth.write_text("source,stage,value\n0,need,beer\n", encoding="utf-8")
    result = runner.invoke(args=["simulate", slug, "--truth", str(truth)])
    assert result.exit_code == 1
    assert "beer" in result.output


def test_a_campaign_that_is_not_open_is_refused(app, runner):
    with app.app_context():
        slug = world.campaign(db.session(), state=CampaignState.draft).slug
    result = runner.invoke(args=["simulate", slug])
    assert result.exit_code == 1
    assert "draft" in result.output
    assert runner.invoke(args=["simulate", "nowhere"]).exit_code == 1


def test_a_free_place_is_found_however_long_one_looked(app, slug):
    with app.app_context():
        card = db.session.scalars(select(Card)).first()
        crib = Crib(app.config["MANYHANDS"], card.stage.campaign_id)
        later = datetime.now(UTC)
        assert crib.overlooked(None, later) == 6
        card.leased = card.asked
        db.session.commit()
        assert crib.overlooked(None, later) == 5
        assert crib.lost(["no such key"]) == 1
        assert crib.glance("no such key") is None
        crib.close()
