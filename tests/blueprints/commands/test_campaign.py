"""`flask campaign`: from a recipe and files to a closed campaign, without a worker and without Redis."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from microtasks.models import (
    Account,
    Campaign,
    CampaignState,
    Job,
    JobState,
    Organisation,
    Source,
)
from tests import uploading, world
from tests.uploading import CHOICE, TILES, WHERE


@pytest.fixture
def recipe_file(tmp_path: Path) -> Path:
    path = tmp_path / "recipe.toml"
    path.write_text(CHOICE + WHERE)
    return path


def run(runner: FlaskCliRunner, *words: object) -> Any:
    """Run a command that must succeed; return the JSON it prints."""
    done = runner.invoke(args=["campaign", *map(str, words), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_real_messages_are_led_from_a_recipe_to_a_closed_campaign(
    runner: FlaskCliRunner, session: Session, recipe_file: Path, shared: Path
) -> None:
    messages = shared / "data/samples/crisis-messages/messages.csv"

    told = run(runner, "create", recipe_file, "--sources", messages, "--open")

    assert told["slug"] == "sort-flood-messages"
    assert told["url"] == "http://127.0.0.1:8000/c/sort-flood-messages/"
    assert (told["sources"], told["cards"]) == (361, 722)
    (refused,) = told["refused"]
    assert (refused["file"], refused["column"]) == ("messages.csv", "message")
    assert refused["row"] > 1

    status = run(runner, "status", told["slug"])
    assert (status["state"], status["cards"], status["open"]) == ("open", 722, 361)
    assert (status["resolved"], status["contested"], status["answers"]) == (0, 0, 0)
    assert (status["volunteers"], status["finished"]) == (0, False)

    for deed, state in {
        "pause": "paused",
        "resume": "open",
        "close": "closed",
        "open": "open",
    }.items():
        assert run(runner, deed, told["slug"]) == {"slug": told["slug"], "state": state}
    assert set(session.scalars(select(Job.state))) == {JobState.done}
    session.rollback()

    assert run(runner, "delete", told["slug"])["state"] == "deleted"
    assert session.scalar(select(func.count(Campaign.id))) == 0


def test_a_folder_of_tiles_is_one_upload_with_its_manifest(
    runner: FlaskCliRunner, session: Session, tmp_path: Path, shared: Path
) -> None:
    recipe = tmp_path / "tiles.toml"
    recipe.write_text(TILES)

    told = run(
        runner, "create", recipe, "--sources", shared / "data/samples/aerial-tiles"
    )

    assert (told["sources"], told["cards"], told["state"]) == (24, 96, "draft")
    assert {line["file"] for line in told["refused"]} == {
        "README.md",
        "footprints.geojson",
    }
    first = session.scalars(select(Source).order_by(Source.id)).first()
    assert first is not None
    assert dict(first.columns)["gold_label"] == "building"


def test_the_owner_is_an_account_that_exists_or_is_asked_for(
    runner: FlaskCliRunner, session: Session, recipe_file: Path, tmp_path: Path
) -> None:
    rows = uploading.write(tmp_path / "x.csv", ["id,message", "1,hello"])
    words = ["create", recipe_file, "--sources", rows, "--owner", "amina@example.org"]

    done = runner.invoke(args=["campaign", *map(str, words)])
    assert done.exit_code == 1
    assert "--create-owner makes one" in done.output
    assert session.scalar(select(func.count(Campaign.id))) == 0
    session.rollback()

    for _ in range(2):
        run(runner, *words, "--create-owner")
    account = session.scalars(select(Account)).one()
    campaigns = session.scalars(select(Campaign)).all()
    owners = {membership.organisation_id for membership in account.memberships}
    assert {each.organisation_id for each in campaigns} == owners
    assert len(campaigns) == 2


def test_without_an_owner_the_local_organisation_owns_it(
    runner: FlaskCliRunner, session: Session, recipe_file: Path, tmp_path: Path
) -> None:
    rows = uploading.write(tmp_path / "x.csv", ["id,message", "1,hello"])
    run(runner, "create", recipe_file, "--sources", rows)

    local = session.scalars(select(Organisation)).one()
    assert local.name == "Local"
    assert local.approved_at is not None


def test_a_mistake_in_the_recipe_is_told_by_its_key_and_makes_nothing(
    runner: FlaskCliRunner, session: Session, tmp_path: Path
) -> None:
    recipe = tmp_path / "bad.toml"
    recipe.write_text(CHOICE.replace("max_answers = 5", "max_answers = 1"))
    rows = uploading.write(tmp_path / "x.csv", ["id,message", "1,hello"])

    done = runner.invoke(
        args=["campaign", "create", str(recipe), "--sources", str(rows)]
    )

    assert done.exit_code == 1
    assert "bad.toml: stage 1 (need).policy.max_answers: 1 is fewer" in done.output
    assert session.scalar(select(func.count(Campaign.id))) == 0


def test_sources_of_which_nothing_is_taken_end_with_the_reasons(
    runner: FlaskCliRunner, session: Session, recipe_file: Path, tmp_path: Path
) -> None:
    rows = uploading.write(tmp_path / "x.csv", ["id,message", "1,", "2,"])

    done = runner.invoke(
        args=["campaign", "create", str(recipe_file), "--sources", str(rows), "--open"]
    )

    assert done.exit_code == 1
    assert "0 sources, 0 cards, draft" in done.output
    assert "refused: x.csv, row 2: " in done.output


def test_what_does_not_follow_is_refused_in_a_sentence(
    runner: FlaskCliRunner, session: Session
) -> None:
    made = world.campaign(session, state=CampaignState.draft)
    slug = made.slug
    session.rollback()

    done = runner.invoke(args=["campaign", "pause", slug])
    assert (done.exit_code, "this one is draft" in done.output) == (1, True)
    done = runner.invoke(args=["campaign", "status", "nowhere"])
    assert (done.exit_code, "no campaign" in done.output) == (1, True)
