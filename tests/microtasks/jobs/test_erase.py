"""A deleted campaign leaves a line with numbers and nothing else; its neighbours lose nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from microtasks import campaigns, card_pictures
from microtasks.errors import NotFound, WrongState
from microtasks.jobs import Tools, erase
from microtasks.models import (
    Answer,
    AuditLine,
    Base,
    Campaign,
    Card,
    DataSet,
    Exposure,
    Job,
    JobState,
    Lease,
    Report,
    Resolution,
    Skip,
    Source,
    Standing,
    Walk,
)
from tests import uploading, world
from tests.conftest import NOON
from tests.uploading import TILES


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return uploading.tools(tmp_path)


def worked_on(session: Session, tools: Tools, path: Path) -> Campaign:
    """A campaign of one tile, with a row in every table that can hang on it."""
    campaign = uploading.draft(session, TILES)
    uploading.send(session, campaign, tools, path)
    uploading.run_jobs(session, tools)
    source = session.scalars(
        select(Source).where(Source.campaign_id == campaign.id)
    ).one()
    card = session.scalars(select(Card).where(Card.source_id == source.id)).first()
    assert card is not None
    who = world.volunteer(session)
    on = {"card_id": card.id, "identity_id": who.id}
    at_stage = {"stage_id": card.stage_id, "identity_id": who.id}
    session.add_all(
        [
            Answer(key=f"k{card.id}", value="yes", stage_version=1, stage_id=card.stage_id, answered_at=NOON, seconds=1, **on),
            Lease(key=f"l{card.id}", stage_id=card.stage_id, issued_at=NOON, until=NOON, **on),
            Skip(skipped_at=NOON, **on),
            Report(created_at=NOON, **on),
            Resolution(card_id=card.id, stage_version=1, value="yes", confidence=1, method="m", clock="live", answers=[], made_at=NOON),
            Standing(accuracy=1, low=1, high=1, answers=1, **at_stage),
            Walk(start=0, fresh=0, begun=0, **at_stage),
            Exposure(identity_id=who.id, source_id=source.id, part="r0c0", share=0.5),
            DataSet(campaign_id=campaign.id, version=1, frozen_at=NOON, key=tools.store.put(path).sha256),
        ]
    )  # fmt: skip
    session.commit()
    card_pictures.picture(tools.store, source, card.region, tools.scratch)
    return campaign


def left(session: Session) -> dict[str, int]:
    """How many rows stand in each table that can belong to a campaign."""
    outside = {"organisation", "identity", "job", "audit_line"}
    counts = {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }
    return {
        name: count for name, count in counts.items() if count and name not in outside
    }


def files(tools: Tools, folder: Path) -> list[Path]:
    return [path for path in (folder / "media").rglob("*") if path.is_file()]


def test_everything_of_a_deleted_campaign_goes(
    session_on_each: Session, tools: Tools, tmp_path: Path, shared: Path
) -> None:
    session = session_on_each
    tile = shared / "data/samples/aerial-tiles/tile_21_1238448_1046528.png"
    campaign = worked_on(session, tools, tile)
    assert files(tools, tmp_path)

    campaigns.delete(session, campaign, NOON)
    session.commit()
    with pytest.raises(NotFound):
        campaigns.by_slug(session, campaign.slug)
    assert set(uploading.run_jobs(session, tools)) == {JobState.done}

    assert left(session) == {}
    assert files(tools, tmp_path) == []
    line = session.scalars(
        select(AuditLine).where(AuditLine.deed == "campaign.erased")
    ).one()
    assert line.detail["gone"]["card"] == 4
    assert line.detail["gone"]["answer"] == 1
    assert session.scalars(select(Job.campaign_id)).all() == [None, None]


def test_what_another_campaign_uses_stays(
    session: Session, tools: Tools, shared: Path
) -> None:
    tile = shared / "data/samples/aerial-tiles/tile_21_1238448_1046528.png"
    doomed, neighbour = (worked_on(session, tools, tile) for _ in range(2))
    campaigns.delete(session, doomed, NOON)
    session.commit()
    uploading.run_jobs(session, tools)

    assert left(session)["card"] == 4
    assert left(session)["campaign"] == 1
    source = session.scalars(
        select(Source).where(Source.campaign_id == neighbour.id)
    ).one()
    assert source.original is not None
    assert source.picture is not None
    assert tools.store.exists(source.original)
    assert tools.store.exists(source.picture)


def test_an_erasure_that_is_killed_at_every_step_ends_the_same(
    session: Session, tools: Tools, tmp_path: Path, shared: Path
) -> None:
    tile = shared / "data/samples/aerial-tiles/tile_21_1238448_1046528.png"
    job_id = campaigns.delete(session, worked_on(session, tools, tile), NOON).id
    session.commit()

    for lives in range(1, 100):
        steps = erase.steps(session, session.get_one(Job, job_id), tools)
        died = False
        for number, _ in enumerate(steps, 1):
            session.commit()
            if number == 1 + lives % 4:
                next(steps, None)
                session.rollback()
                died = True
                break
        if not died:
            session.commit()
            break

    assert left(session) == {}
    assert files(tools, tmp_path) == []


def test_a_campaign_that_was_not_deleted_is_not_erased(
    session: Session, tools: Tools
) -> None:
    campaign = uploading.draft(session)
    job = Job(kind="erase", campaign_id=campaign.id, arguments={}, created_at=NOON)
    session.add(job)
    session.commit()

    with pytest.raises(WrongState):
        next(erase.steps(session, job, tools))
