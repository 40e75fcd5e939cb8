"""The main job on real piles, end to end: create, upload, slice, volunteers over HTTP, consensus, data set, redone."""

from __future__ import annotations

import csv
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from frictionless import Package, system
from moto.server import ThreadedMotoServer
from redis import Redis

from app import create_app
from config import Config
from microtasks import reckoning
from tests.conftest import missing, open_session

NEEDS = ["request", "water", "food", "medical_help", "shelter"]
#: All 362 take some minutes: `MESSAGES=362 make test ARGS=tests/test_whole_job.py`.
MESSAGES = int(os.environ.get("MESSAGES", "40"))

SORT = f"""
title = "Sort messages"
description = "Say what each message asks for."
[[stage]]
name = "need"
slice = {{ mode = "fields", columns = ["message"] }}
question = {{ kind = "choices", text = "What does this message ask for?", options = {json.dumps(NEEDS)} }}
policy = {{ min_answers = 2, max_answers = 5, confidence = 0.9 }}
"""

LOOK = """
title = "Find buildings"
description = "Say whether there is a building in the picture."
[[stage]]
name = "building"
slice = { mode = "whole" }
question = { kind = "choice", text = "Is there a building?", options = ["building", "no building"] }
policy = { min_answers = 3, max_answers = 5, confidence = 0.95 }
"""


@pytest.fixture(params=["one machine", "many machines"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The site with its embedded defaults, and on PostgreSQL, Redis and an S3 server."""
    config = Config(
        instance_path=str(tmp_path / "instance"),
        secret_key="k",
        ratelimit_enabled=False,
    )
    if request.param == "many machines":
        config = replace(config, **_past_one_machine(request))
    app = create_app(config)
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def _past_one_machine(request: pytest.FixtureRequest) -> dict[str, str]:
    redis_url = "redis://127.0.0.1:6379/15"
    try:
        Redis.from_url(redis_url).ping()
    except OSError:
        missing("Redis")
    bucket = request.getfixturevalue("bucket")
    database = request.getfixturevalue("postgres_url")
    return {
        "database_url": database,
        "redis_url": redis_url,
        "storage_url": f"s3://{bucket}/media",
    }


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty bucket on an S3 server of this test's own."""
    import boto3

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    boto3.client("s3").create_bucket(Bucket="hands")
    yield "hands"
    server.stop()


def run(app: Flask, *words: object) -> dict[str, Any]:
    """Run a flask command that answers with one JSON object."""
    result = app.test_cli_runner().invoke(args=[*map(str, words), "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert isinstance(told, dict)
    return told


def go(
    app: Flask,
    folder: Path,
    recipe: str,
    sources: Path,
    truth: list[tuple[str, str, str]],
) -> dict[str, str]:
    """Take a pile through the whole job; return what was decided of each source."""
    (folder / "recipe.toml").write_text(recipe, encoding="utf-8")
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("source", "stage", "value"), *truth])
    made = run(
        app,
        "campaign",
        "create",
        folder / "recipe.toml",
        "--sources",
        sources,
        "--open",
    )
    told = run(
        app,
        "simulate",
        made["slug"],
        "--volunteers",
        12,
        "--truth",
        folder / "truth.csv",
        "--think",
        0,
    )
    assert (told["lost"], told["errors_5xx"], told["false_nothing"]) == (0, 0, 0)
    status = run(app, "campaign", "status", made["slug"])
    assert status["finished"]
    assert status["answers"] + status["uncounted"] == told["answers"]
    run(app, "campaign", "close", made["slug"])
    run(
        app,
        "campaign",
        "export",
        made["slug"],
        "--format",
        "zip",
        "--out",
        folder / "data.zip",
    )
    return check_data_set(app, folder, made)


def check_data_set(app: Flask, folder: Path, made: dict[str, Any]) -> dict[str, str]:
    """See that the data set is valid, whole, and comes out the same again."""
    with zipfile.ZipFile(folder / "data.zip") as archive:
        archive.extractall(folder / "data")
    with system.use_context(trusted=True):
        report = Package(str(folder / "data" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "type", "note"])
    again = app.test_cli_runner().invoke(
        args=[
            "consensus",
            "--dataset",
            str(folder / "data.zip"),
            "--out",
            str(folder / "again.csv"),
        ]
    )
    assert again.exit_code == 0, again.output
    consensus = folder / "data" / "consensus.csv"
    assert (folder / "again.csv").read_bytes() == consensus.read_bytes()
    with (folder / "data" / "table.csv").open(newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == made["sources"]
    with open_session(app.config["SQLALCHEMY_DATABASE_URI"]) as session:
        assert list(reckoning.discrepancies(session)) == []
        session.close()
        session.get_bind().dispose()
    with consensus.open(newline="", encoding="utf-8") as file:
        return {row["source"]: row["value"] for row in csv.DictReader(file)}


@pytest.mark.filterwarnings("default")
def test_messages_are_sorted(house: Flask, shared: Path, tmp_path: Path) -> None:
    lines = (shared / "data/samples/crisis-messages/messages.csv").open(
        newline="", encoding="utf-8"
    )
    with lines:
        rows = list(csv.DictReader(lines))[:MESSAGES]
    with (tmp_path / "messages.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    truth = {row["id"]: [need for need in NEEDS if row[need] == "1"] for row in rows}
    answers = [(source, "need", json.dumps(needs)) for source, needs in truth.items()]
    decided = go(house, tmp_path, SORT, tmp_path / "messages.csv", answers)
    assert set(decided) == {row["id"] for row in rows if row["message"].strip()}
    right = [
        (need in json.loads(value)) == (need in truth[source])
        for source, value in decided.items()
        for need in NEEDS
    ]
    print(
        f"{len(decided)} messages, {sum(right) / len(right):.3f} of their needs right"
    )
    assert sum(right) / len(right) >= 0.95


@pytest.mark.filterwarnings("default")
def test_tiles_are_told_apart_better_than_by_guessing(
    house: Flask, shared: Path, tmp_path: Path
) -> None:
    tiles = shared / "data/samples/aerial-tiles"
    with (tiles / "labels.csv").open(newline="", encoding="utf-8") as file:
        labels = {row["file"]: row["gold_label"] for row in csv.DictReader(file)}
    truth = {
        name: label if label == "building" else "no building"
        for name, label in labels.items()
    }
    pile = tmp_path / "tiles.zip"
    with zipfile.ZipFile(pile, "w") as archive:
        for name in [*truth, "labels.csv"]:
            archive.write(tiles / name, name)
    answers = [(source, "building", value) for source, value in truth.items()]
    decided = go(house, tmp_path, LOOK, pile, answers)
    assert set(decided) == set(truth)
    right = sum(decided[source] == value for source, value in truth.items())
    guessed = max(list(truth.values()).count(value) for value in set(truth.values()))
    assert right > guessed
