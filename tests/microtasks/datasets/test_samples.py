"""Real piles on their whole way: read, cut, answered, frozen; the manifest comes back as it went in."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta
from pathlib import Path
from random import Random

import numpy as np
import pytest
from frictionless import Package, system
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks import jobs
from microtasks.datasets import cells, read, redo, versions
from microtasks.jobs import Tools
from microtasks.models import Answer, Campaign, Card, JobState, Stage
from microtasks.reassembly import mosaics
from tests import uploading, world
from tests.conftest import NOON


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return uploading.tools(tmp_path)


def run_all(session: Session, tools: Tools) -> None:
    for number in jobs.due(session, NOON):
        assert jobs.run(session, number, tools) == JobState.done


def crowd(session: Session, campaign: Campaign, people: int = 3) -> None:
    """Three volunteers answer every card, each wrong now and then."""
    rng = Random(5)
    volunteers = [world.volunteer(session) for _ in range(people)]
    for card in session.scalars(select(Card).join(Stage).where(Stage.campaign_id == campaign.id)).all():  # fmt: skip
        options = card.stage.question["options"]
        for number, who in enumerate(volunteers):
            value = options[card.id % 2] if rng.random() < 0.9 else rng.choice(options)
            session.add(
                Answer(
                    key=f"{card.id}-{number}", card_id=card.id, stage_id=card.stage_id, stage_version=1,
                    identity_id=who.id, value=value, answered_at=NOON - timedelta(minutes=number), seconds=2.0,
                )
            )  # fmt: skip
    session.commit()


def freeze(session: Session, campaign: Campaign, tools: Tools, folder: Path) -> Path:
    """Freeze and unpack; say that the package is valid and gives its consensus again."""
    made = versions.begin(session, campaign, is_public=False, now=NOON)
    session.commit()
    run_all(session, tools)
    session.expire_all()
    with tools.store.path(made.key or "") as path:
        redo.redo(path, folder / "again.csv")
        zipfile.ZipFile(path).extractall(folder / "package")
    again = (folder / "again.csv").read_bytes()
    assert (folder / "package/consensus.csv").read_bytes() == again
    with system.use_context(trusted=True):
        report = Package(str(folder / "package/datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "note"])
    return folder / "package"


def table(path: Path) -> list[dict[str, str]]:
    """Read a table; in one of ours, a cell that was guarded is what it was."""
    read_text = io.StringIO(path.read_text("utf-8-sig"), newline="")
    ours = path.parent.name == "package"
    header, *rows = list(cells.read(read_text) if ours else csv.reader(read_text))
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_the_messages_come_back_with_all_their_columns_in_their_order(
    session: Session, tools: Tools, tmp_path: Path, shared: Path
) -> None:
    manifest = shared / "data/samples/crisis-messages/messages.csv"
    campaign = uploading.draft(session)
    uploading.send(session, campaign, tools, manifest)
    run_all(session, tools)
    crowd(session, campaign)
    package = freeze(session, campaign, tools, tmp_path)

    refused = {int(row["row"]) for row in table(package / "refused.csv")}
    sent = [row for number, row in enumerate(table(manifest), 2) if number not in refused]  # fmt: skip
    assert len(refused) == 1
    got = table(package / "table.csv")
    assert len(got) == len(sent)
    for was, now in zip(sent, got, strict=True):
        for column, text in was.items():
            assert now[column if column in now else f"{column}_source"] == text
        assert now["need_status"] in {"resolved", "contested", "open"}


def test_tiles_are_placed_where_they_were_cut(
    session: Session, tools: Tools, tmp_path: Path, shared: Path
) -> None:
    pictures = sorted((shared / "data/samples/aerial-tiles").glob("*.png"))[:3]
    campaign = uploading.draft(session, uploading.TILES)
    uploading.send(session, campaign, tools, *pictures)
    run_all(session, tools)
    crowd(session, campaign)
    package = freeze(session, campaign, tools, tmp_path)

    bundle = read.bundle(read.Folder(package))
    assert [each.source for each in bundle.sources] == [path.name for path in pictures]
    for source, path in zip(bundle.sources, pictures, strict=True):
        with Image.open(path) as image:
            whole = np.asarray(image.convert("RGB"))
        regions = [each.region for each in bundle.slices if each.source == source.source and each.region]  # fmt: skip
        pieces = [(r, whole[r.y : r.y + r.height, r.x : r.x + r.width]) for r in regions]  # fmt: skip
        back = mosaics.put_back(source.width or 0, source.height or 0, pieces)
        assert np.array_equal(back, whole)
