"""`flask campaign export` and `flask consensus --dataset`: results as files, and a zip done again."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from blueprints.commands.consensus import consensus
from microtasks.models import Answer, DataSet
from tests import world
from tests.conftest import NOON


@pytest.fixture
def slug(session: Session) -> str:
    """The address of a campaign of three cards, two of them answered; no transaction is left open."""
    made = world.campaign(session, cards=3)
    for number, who in enumerate([world.volunteer(session) for _ in range(3)]):
        for card in world.cards(session)[:2]:
            session.add(
                Answer(
                    key=f"{card.id}-{number}", card_id=card.id, stage_id=card.stage_id, stage_version=1,
                    identity_id=who.id, value="water", answered_at=NOON, seconds=2.0,
                )
            )  # fmt: skip
    name = made.slug
    session.commit()
    return name


def test_a_zip_is_a_numbered_data_set_that_can_be_done_again(
    app: Flask, runner: FlaskCliRunner, session: Session, slug: str, tmp_path: Path
) -> None:  # fmt: skip
    out, again = tmp_path / "data.zip", tmp_path / "again.csv"
    asked = ["campaign", "export", slug, "--format", "zip", "--out", str(out), "--json"]  # fmt: skip
    answer = runner.invoke(args=asked)
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.output)
    assert told["version"] == 1
    assert session.scalar(select(DataSet.key)) == told["sha256"]

    answer = runner.invoke(consensus, ["--dataset", str(out), "--out", str(again), "--json"])  # fmt: skip
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.output)["slices"] == 3
    with zipfile.ZipFile(out) as archive:
        assert archive.read("consensus.csv") == again.read_bytes()


@pytest.mark.parametrize(("name", "rows"), [("csv", 3), ("consensus", 3)])
def test_tables_are_exported_without_a_number(
    runner: FlaskCliRunner, session: Session, slug: str, tmp_path: Path, name: str, rows: int
) -> None:  # fmt: skip
    out = tmp_path / "out.csv"
    answer = runner.invoke(args=["campaign", "export", slug, "--format", name, "--out", str(out)])  # fmt: skip
    assert answer.exit_code == 0, answer.output
    with out.open(encoding="utf-8", newline="") as file:
        assert [row["message"] for row in csv.DictReader(file)] == [f"message {n}" for n in range(rows)]  # fmt: skip
    assert session.scalar(select(func.count(DataSet.id))) == 0


def test_json_lines_have_the_columns_of_the_long_table(
    runner: FlaskCliRunner, slug: str, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    answer = runner.invoke(args=["campaign", "export", slug, "--format", "jsonl", "--out", str(out)])  # fmt: skip
    assert answer.exit_code == 0, answer.output
    first, *_, last = [json.loads(line) for line in out.read_text().splitlines()]
    assert (first["source"], first["stage"], first["value"]) == ("0", "need", "water")
    assert (last["value"], last["confidence"], last["status"]) == (None, None, "open")


def test_an_unknown_format_is_answered_with_the_known_ones(
    runner: FlaskCliRunner, slug: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    answer = runner.invoke(args=["campaign", "export", slug, "--format", "shapefile", "--out", str(out)])  # fmt: skip
    assert answer.exit_code == 1
    assert "known are zip, csv, consensus, jsonl" in answer.output
    assert not out.exists()


def test_an_unknown_campaign_is_a_sentence(
    runner: FlaskCliRunner, tmp_path: Path
) -> None:
    answer = runner.invoke(args=["campaign", "export", "nowhere", "--format", "csv", "--out", str(tmp_path / "x")])  # fmt: skip
    assert answer.exit_code == 1
    assert "nowhere" in answer.output


def test_a_file_that_is_no_data_set_is_a_sentence(
    runner: FlaskCliRunner, tmp_path: Path
) -> None:
    path = tmp_path / "no.zip"
    path.write_bytes(b"hello")
    answer = runner.invoke(consensus, ["--dataset", str(path), "--out", str(tmp_path / "x")])  # fmt: skip
    assert answer.exit_code == 1
    assert "cannot be read as a zip" in answer.output
