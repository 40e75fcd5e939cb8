"""Uploads become sources and cards: nothing is lost, nothing comes twice, wherever the job is killed."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from microtasks import taking
from microtasks.jobs import Tools, intake
from microtasks.models import (
    Card,
    CardState,
    Job,
    JobState,
    Refused,
    Source,
    UploadState,
)
from tests import uploading
from tests.conftest import open_session
from tests.uploading import CHOICE, TILES, WHERE


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return uploading.tools(tmp_path)


def all_sources(session: Session) -> list[Source]:
    return list(session.scalars(select(Source).order_by(Source.id)))


def test_real_messages_become_cards_and_the_blank_one_is_refused_with_its_row(
    session_on_each: Session, tools: Tools, shared: Path
) -> None:
    session = session_on_each
    campaign = uploading.draft(session, CHOICE + WHERE)
    messages = shared / "data/samples/crisis-messages/messages.csv"
    upload = uploading.send(session, campaign, tools, messages)

    assert uploading.run_jobs(session, tools) == [JobState.done]

    sources = all_sources(session)
    assert len(sources) == 361
    assert upload.state == UploadState.taken
    states = session.execute(
        select(Card.stage_id, Card.state, func.count()).group_by(
            Card.stage_id, Card.state
        )
    ).all()
    need, where = (stage.id for stage in campaign.stages)
    assert {tuple(row) for row in states} == {
        (need, CardState.open, 361),
        (where, CardState.waiting, 361),
    }
    (refused,) = session.scalars(select(Refused))
    assert (refused.file, refused.column) == ("messages.csv", "message")
    assert refused.row is not None
    assert refused.row not in {source.row for source in sources}
    assert sources[0].name == "308"
    assert sources[0].columns[:2] == [["id", "308"], ["split", "validation"]]


@pytest.mark.parametrize("packed", [False, True])
def test_real_tiles_come_as_files_or_in_an_archive_with_their_manifest(
    session: Session, tools: Tools, shared: Path, tmp_path: Path, packed: bool
) -> None:
    campaign = uploading.draft(session, TILES)
    tiles = shared / "data/samples/aerial-tiles"
    files = [*sorted(tiles.glob("*.png")), tiles / "labels.csv"]
    if packed:
        with zipfile.ZipFile(tmp_path / "tiles.zip", "w") as archive:
            for file in files:
                archive.write(file, file.name)
        files = [tmp_path / "tiles.zip"]
    uploading.send(session, campaign, tools, *files)

    assert uploading.run_jobs(session, tools) == [JobState.done]

    sources = all_sources(session)
    assert len(sources) == 24
    assert session.scalar(select(func.count(Refused.id))) == 0
    first = sources[0]
    assert first.name == "tile_21_1238448_1046528.png"
    assert dict(first.columns)["gold_label"] == "building"
    assert (first.width, first.height) == (256, 256)
    assert session.scalar(select(func.count(Card.id))) == 24 * 4
    for key in (first.original, first.picture):
        assert key is not None
        assert tools.store.exists(key)


def test_a_picture_in_a_campaign_of_records_is_refused_with_a_sentence(
    session: Session, tools: Tools, shared: Path
) -> None:
    campaign = uploading.draft(session)
    tile = shared / "data/samples/aerial-tiles/tile_21_1238448_1046528.png"
    upload = uploading.send(session, campaign, tools, tile)

    uploading.run_jobs(session, tools)

    (refused,) = session.scalars(select(Refused))
    assert "cannot cut a picture" in refused.reason
    assert (upload.state, upload.reason) == (UploadState.rejected, refused.reason)
    assert all_sources(session) == []


def test_an_upload_of_nothing_usable_is_rejected_with_a_reason(
    session: Session, tools: Tools, tmp_path: Path
) -> None:
    campaign = uploading.draft(session)
    path = uploading.write(tmp_path / "a.csv", ["id,message"])
    upload = uploading.send(session, campaign, tools, path)

    assert uploading.run_jobs(session, tools) == [JobState.done]
    assert upload.state == UploadState.rejected
    assert upload.reason


def test_sources_are_named_by_their_own_id_while_it_is_free(
    session: Session, tools: Tools, tmp_path: Path
) -> None:
    campaign = uploading.draft(session)
    rows = ["ID,message", "a,one", "a,two", ",three", "b,four"]
    first = uploading.write(tmp_path / "x.csv", rows)
    uploading.send(session, campaign, tools, first)
    uploading.run_jobs(session, tools)
    uploading.send(session, campaign, tools, first)
    uploading.run_jobs(session, tools)

    assert [source.name for source in all_sources(session)] == [
        "a", "row 3", "row 4", "b", "row 2", "x.csv row 3", "x.csv row 4", "row 5",
    ]  # fmt: skip


def test_rows_of_several_tables_are_named_with_their_file(
    session: Session, tools: Tools, tmp_path: Path
) -> None:
    campaign = uploading.draft(session)
    paths = [
        uploading.write(tmp_path / f"{name}.csv", ["message", "hello"]) for name in "ab"
    ]
    uploading.send(session, campaign, tools, *paths)
    uploading.run_jobs(session, tools)

    names = [source.name for source in all_sources(session)]
    assert names == ["a.csv row 2", "b.csv row 2"]


def test_sources_can_be_added_to_a_campaign_that_runs(
    session: Session, tools: Tools, tmp_path: Path
) -> None:
    campaign = uploading.draft(session)
    for name in "ab":
        path = uploading.write(tmp_path / f"{name}.csv", ["id,message", f"{name},hi"])
        uploading.send(session, campaign, tools, path)
        uploading.run_jobs(session, tools)

    assert session.scalar(select(func.count(Card.id))) == 2


class Killed(BaseException):
    """Stands for a process that died."""


def run_and_kill(session: Session, tools: Tools, every: int) -> None:
    """Run the newest job, dying after every so many steps and whatever those left uncommitted, until it is through."""
    job_id = session.scalars(select(Job.id).order_by(Job.id.desc())).first()
    for _ in range(10_000):
        try:
            _some_steps(session, session.get_one(Job, job_id), tools, every)
        except Killed:
            session.rollback()
            session.expire_all()
        else:
            session.commit()
            return
    raise AssertionError("the job never ends")


def _some_steps(session: Session, job: Job, tools: Tools, every: int) -> None:
    steps: Iterator[None] = intake.steps(session, job, tools)
    for number, _ in enumerate(steps, 1):
        session.commit()
        if number == every:
            next(steps, None)  # begins another step, and is killed in it
            raise Killed


def everything(session: Session) -> tuple[list[Any], list[Any]]:
    """All that an intake makes, without its random addresses."""
    cards = session.execute(
        select(Source.item, Source.name, Card.slice, Card.position, Card.state)
        .join(Card, Card.source_id == Source.id)
        .order_by(Source.item, Card.stage_id, Card.order)
    )
    refused = select(Refused.row, Refused.reason).order_by(Refused.id)
    return list(map(tuple, cards)), list(map(tuple, session.execute(refused)))


def taken(
    folder: Path, template: Path, text: str, paths: list[Path], every: int | None
) -> tuple[list[Any], list[Any]]:
    """What an intake makes in a database of its own, killed in every so many steps or never."""
    folder.mkdir()
    shutil.copy(template, folder / "db.sqlite")
    tools = uploading.tools(folder)
    with open_session(f"sqlite:///{folder / 'db.sqlite'}") as session:
        campaign = uploading.draft(session, text)
        campaign.pseudonym_key = "the same key"
        uploading.send(session, campaign, tools, *paths)
        if every is None:
            uploading.run_jobs(session, tools)
        else:
            run_and_kill(session, tools, every)
        made = everything(session)
        session.get_bind().dispose()
    return made


@pytest.mark.parametrize("every", [2, 3, 5])
def test_an_intake_that_is_killed_again_and_again_makes_the_same_cards(
    tmp_path: Path,
    sqlite_template: Path,
    every: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [f"{n},{'' if n % 7 == 3 else f'message {n}'}" for n in range(40)]
    path = uploading.write(tmp_path / "x.csv", ["id,message", *rows])
    monkeypatch.setattr(intake, "BATCH", 5)
    monkeypatch.setattr(taking, "CHUNK", 100 if every == 5 else 3)

    made = [
        taken(tmp_path / name, sqlite_template, CHOICE + WHERE, [path], kills)
        for name, kills in {"whole": None, "killed": every}.items()
    ]

    assert made[0] == made[1]
    cards, refused = made[0]
    blank = [n for n in range(40) if n % 7 == 3]
    assert len(cards) == 2 * (40 - len(blank))
    assert [row for row, _ in refused] == [n + 2 for n in blank]


def test_an_intake_of_pictures_that_is_killed_again_and_again_makes_the_same_tiles(
    tmp_path: Path,
    sqlite_template: Path,
    shared: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tiles = shared / "data/samples/aerial-tiles"
    paths = [*sorted(tiles.glob("*.png"))[:3], tiles / "labels.csv"]
    monkeypatch.setattr(taking, "CHUNK", 5)
    text = TILES.replace("128", "64")

    made = [
        taken(tmp_path / name, sqlite_template, text, paths, kills)
        for name, kills in {"whole": None, "killed": 2}.items()
    ]

    assert made[0] == made[1]
    cards, refused = made[0]
    assert len(cards) == 3 * 16
    assert len(refused) == 21  # the manifest names pictures that did not come


def test_where_nothing_is_taken_every_file_has_its_reason(
    session: Session, tools: Tools, tmp_path: Path
) -> None:
    campaign = uploading.draft(session)
    noise = uploading.write(tmp_path / "noise.jpg", ["no picture"])
    blank = uploading.write(tmp_path / "blank.csv", ["", ""])
    upload = uploading.send(session, campaign, tools, noise, blank)
    uploading.run_jobs(session, tools)

    assert upload.state == UploadState.rejected
    told = session.execute(select(Refused.file, Refused.reason)).all()
    assert {file for file, _ in told} == {"noise.jpg", "blank.csv"}
    assert upload.reason == told[0].reason
