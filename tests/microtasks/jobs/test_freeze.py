"""Freezing: a number, one look at the campaign, and a zip that says what the campaign said."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package, system
from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks import jobs
from microtasks.datasets import redo, versions
from microtasks.jobs import Tools, freeze
from microtasks.models import (
    Account,
    Answer,
    Campaign,
    Card,
    CardState,
    Clock,
    DataSet,
    Identity,
    Job,
    JobState,
    Resolution,
)
from tests import uploading, world
from tests.conftest import NOON


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return uploading.tools(tmp_path)


def answer(
    session: Session, card: Card, who: Identity, value: Any, minutes: float = -5, **more: Any
) -> Answer:  # fmt: skip
    made = Answer(
        key=f"{card.id}-{who.id}-{minutes}",
        card_id=card.id,
        stage_id=card.stage_id,
        stage_version=1,
        identity_id=who.id,
        value=value,
        answered_at=NOON + timedelta(minutes=minutes),
        seconds=3.5,
        **more,
    )
    session.add(made)
    session.commit()
    return made


def answered(session: Session, **changes: Any) -> Campaign:
    """A campaign of four cards: agreed, split, known beforehand, and untouched."""
    campaign = world.campaign(session, cards=4, **changes)
    people = [world.volunteer(session) for _ in range(5)]
    first, second, third, _ = world.cards(session)
    for number, who in enumerate(people):
        answer(session, first, who, "water")
        answer(session, second, who, ["food", "nothing", None, "water", "food"][number])
    answer(session, third, people[0], "food", gold=True, counted=False)
    third.gold = "food"
    answer(session, first, world.volunteer(session), "food", withdrawn_at=NOON - timedelta(minutes=4))  # fmt: skip
    session.commit()
    return campaign


def frozen(
    session: Session, campaign: Campaign, tools: Tools, is_public: bool = False
) -> DataSet:
    made = versions.begin(session, campaign, is_public=is_public, now=NOON)
    session.commit()
    job = versions.job_of(session, made)
    assert job is not None
    number = job.id
    assert jobs.run(session, number, tools) == JobState.done, session.get(
        Job, number
    ).reason  # type: ignore[union-attr]
    session.expire_all()
    return made


def table(tools: Tools, made: DataSet, name: str) -> list[dict[str, str]]:
    with tools.store.path(made.key or "") as path, zipfile.ZipFile(path) as archive:
        text = io.TextIOWrapper(archive.open(name), encoding="utf-8", newline="")
        return list(csv.DictReader(text))


def test_a_data_set_says_what_was_answered_and_can_be_done_again(
    session_on_each: Session, tools: Tools, tmp_path: Path
) -> None:
    made = frozen(session_on_each, answered(session_on_each), tools)
    rows = table(tools, made, "consensus.csv")
    assert [row["status"] for row in rows] == ["resolved", "contested", "resolved", "open"]  # fmt: skip
    assert rows[2]["method"] == "gold"
    assert [row["message"] for row in rows] == [f"message {n}" for n in range(4)]
    with tools.store.path(made.key or "") as path:
        redo.redo(path, tmp_path / "again.csv")
        with zipfile.ZipFile(path) as archive:
            assert archive.read("consensus.csv") == (tmp_path / "again.csv").read_bytes()  # fmt: skip
            archive.extractall(tmp_path / "package")
    with system.use_context(trusted=True):
        report = Package(str(tmp_path / "package/datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "note"])


def test_every_answer_is_in_it_and_says_whether_it_counted(
    session: Session, tools: Tools
) -> None:
    made = frozen(session, answered(session), tools)
    rows = table(tools, made, "answers.csv")
    assert len(rows) == len(session.scalars(select(Answer)).all())
    assert [row["flag"] for row in rows if row["flag"]] == ["withdrawn", "cant_tell"]
    assert [row["value"] for row in rows if row["gold"] == "true"] == ["food"]
    assert made.summary["answers"] == len(rows)
    assert made.summary["counted"] == 10


def test_the_wide_table_has_every_source_of_the_manifest_in_its_order(
    session: Session, tools: Tools
) -> None:
    made = frozen(session, answered(session), tools)
    rows = table(tools, made, "table.csv")
    assert [row["id"] for row in rows] == ["0", "1", "2", "3"]
    assert rows[0]["need"] == "water"
    assert rows[3]["need_status"] == "open"


def test_a_public_data_set_has_only_the_columns_that_the_recipe_publishes(
    session: Session, tools: Tools
) -> None:
    campaign = answered(session, publish=["id"])
    public = frozen(session, campaign, tools, is_public=True)
    private = frozen(session, campaign, tools)
    assert "message" not in table(tools, public, "table.csv")[0]
    assert "message" not in table(tools, public, "consensus.csv")[0]
    assert "message" in table(tools, private, "table.csv")[0]
    with tools.store.path(public.key or "") as path, zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            assert b"message 1" not in archive.read(name), name


def test_what_a_volunteer_took_back_is_not_published(
    session: Session, tools: Tools
) -> None:
    public = frozen(session, answered(session), tools, is_public=True)
    assert all("withdrawn" not in row["flag"] for row in table(tools, public, "answers.csv"))  # fmt: skip


def test_a_person_is_one_pseudonym_in_a_campaign_and_another_in_the_next(
    session: Session, tools: Tools
) -> None:
    account = Account(email="c@example.org", name="C", password_hash="x", created_at=NOON)  # fmt: skip
    session.add(account)
    phone, laptop = world.volunteer(session), world.volunteer(session)
    phone.account_id = laptop.account_id = account.id
    names = []
    for key in ("one", "two"):
        campaign = world.campaign(session, cards=2, pseudonym_key=key)
        cards = [each for each in world.cards(session) if each.stage.campaign_id == campaign.id]  # fmt: skip
        answer(session, cards[0], phone, "water")
        answer(session, cards[1], laptop, "water")
        made = frozen(session, campaign, tools)
        names.append({row["volunteer"] for row in table(tools, made, "answers.csv")})
    assert [len(each) for each in names] == [1, 1]
    assert names[0] != names[1]
    assert account.public_id not in str(names)


def test_a_reviewer_is_told_by_pseudonym_and_overrides(
    session: Session, tools: Tools
) -> None:
    campaign = answered(session)
    ben = Account(email="b@example.org", name="Ben", password_hash="x", created_at=NOON)
    session.add(ben)
    session.flush()
    card = world.cards(session)[1]
    session.add(
        Resolution(
            card_id=card.id, stage_version=1, value="nothing", confidence=1.0, method="review",
            clock=Clock.review, answers=[], made_at=NOON, account_id=ben.id,
        )
    )  # fmt: skip
    card.state = CardState.resolved
    session.commit()
    made = frozen(session, campaign, tools)
    (review,) = table(tools, made, "reviews.csv")
    assert review["reviewer"].startswith("r")
    assert table(tools, made, "consensus.csv")[1]["value"] == "nothing"
    assert table(tools, made, "contested.csv") == []


def test_what_comes_after_the_freeze_is_not_in_it(
    session: Session, tools: Tools
) -> None:
    campaign = answered(session)
    made = versions.begin(session, campaign, is_public=False, now=NOON)
    session.commit()
    card = world.cards(session)[3]
    answer(session, card, world.volunteer(session), "food", minutes=1)
    job = versions.job_of(session, made)
    assert job is not None
    jobs.run(session, job.id, tools)
    session.expire_all()
    assert table(tools, made, "consensus.csv")[3]["answers"] == "0"


def test_no_answer_falls_out_when_the_clock_went_back(
    session: Session, tools: Tools
) -> None:
    campaign = answered(session)
    card = world.cards(session)[3]
    answer(session, card, world.volunteer(session), "food", minutes=60)
    made = frozen(session, campaign, tools)
    assert table(tools, made, "consensus.csv")[3]["answers"] == "1"


def test_data_sets_are_numbered_from_one_and_stay_as_they_were(
    session_on_each: Session, tools: Tools
) -> None:
    campaign = answered(session_on_each)
    first = frozen(session_on_each, campaign, tools)
    key = first.key
    card = world.cards(session_on_each)[3]
    answer(session_on_each, card, world.volunteer(session_on_each), "food")
    second = frozen(session_on_each, campaign, tools)
    assert (first.version, second.version) == (1, 2)
    assert first.key == key
    assert tools.store.exists(key or "")
    assert second.key != key


class Killed(BaseException):
    """Stands for kill -9: nothing catches it."""


@pytest.mark.parametrize("steps_done", [0, 1, 2, 3])
def test_a_killed_freeze_that_runs_again_writes_the_same_bytes(
    session: Session, tools: Tools, steps_done: int
) -> None:
    made = versions.begin(session, answered(session), is_public=False, now=NOON)
    session.commit()
    job = versions.job_of(session, made)
    assert job is not None
    running = freeze.steps(session, job, tools)
    for _ in range(steps_done):
        next(running)
        session.commit()
    with pytest.raises((Killed, StopIteration)):
        running.throw(Killed())
    session.rollback()

    assert jobs.run(session, job.id, tools) == JobState.done
    session.expire_all()
    twin = versions.add(session, made.campaign, is_public=False, now=NOON)
    twin.version, made.version = made.version, twin.version + 10
    session.flush()
    again = jobs.plan(session, "freeze", campaign=made.campaign, arguments={"data_set": twin.id}, now=NOON)  # fmt: skip
    session.commit()
    assert jobs.run(session, again.id, tools) == JobState.done
    session.expire_all()
    assert twin.key == made.key
    assert list(tools.scratch.iterdir()) == []


def test_a_freeze_planned_without_a_row_makes_one_and_only_one(
    session: Session, tools: Tools
) -> None:
    campaign = answered(session)
    job = jobs.plan(session, "freeze", campaign=campaign, now=NOON)
    session.commit()
    running = freeze.steps(session, job, tools)
    next(running)
    session.commit()
    running.close()
    assert jobs.run(session, job.id, tools) == JobState.done
    (made,) = session.scalars(select(DataSet))
    assert made.key is not None


def test_a_campaign_that_is_being_deleted_is_not_frozen(
    session: Session, tools: Tools
) -> None:
    campaign = answered(session)
    made = versions.begin(session, campaign, is_public=False, now=NOON)
    campaign.deleted_at = NOON
    session.commit()
    job = versions.job_of(session, made)
    assert job is not None
    assert jobs.run(session, job.id, tools) == JobState.failed
    assert made.key is None
