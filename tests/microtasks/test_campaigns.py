"""A campaign goes from draft to closed through its guards, and changes only in ways that harm no answer."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks import campaigns, jobs, recipe, uploads
from microtasks.errors import InvalidInput, NotFound, WrongState
from microtasks.jobs import Tools
from microtasks.models import (
    AuditLine,
    CampaignState,
    Job,
    Organisation,
)
from microtasks.uploads import Quota, ReceivedFile
from tests import uploading, world
from tests.conftest import NOON
from tests.uploading import CHOICE, WHERE, answered, with_cards


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return uploading.tools(tmp_path)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Sort flood messages!", "sort-flood-messages"),
        ("Écris les Années 1905", "ecris-les-annees-1905"),
        ("مرحبا", "campaign"),
        ("a" * 100, "a" * 60),
    ],
)
def test_an_address_is_made_of_the_title(title: str, slug: str) -> None:
    assert campaigns.slug_of(title) == slug


def test_the_same_title_gives_another_address(session_on_each: Session) -> None:
    slugs = [uploading.draft(session_on_each).slug for _ in range(3)]
    assert slugs == [
        "sort-flood-messages",
        "sort-flood-messages-2",
        "sort-flood-messages-3",
    ]


def test_two_who_create_at_the_same_moment_both_get_an_address(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploading.draft(session)
    real = session.scalars
    blind = iter([True])

    def sees_nothing_once(query: object, *rest: object) -> object:
        if "slug" in str(query) and "LIKE" in str(query) and next(blind, False):
            return []
        return real(query, *rest)  # type: ignore[call-overload]

    monkeypatch.setattr(session, "scalars", sees_nothing_once)
    assert uploading.draft(session).slug == "sort-flood-messages-2"


def test_a_campaign_says_again_what_its_recipe_said(session_on_each: Session) -> None:
    plan = recipe.read(CHOICE + WHERE)
    campaign = uploading.draft(session_on_each, CHOICE + WHERE)
    session_on_each.expire_all()
    assert campaigns.recipe_of(campaign) == plan


def test_a_title_that_is_too_long_is_refused_by_its_field(session: Session) -> None:
    owner = Organisation(name="R", created_at=NOON)
    session.add(owner)
    session.flush()
    with pytest.raises(InvalidInput) as refused:
        campaigns.create(session, owner, recipe.Recipe("x" * 201), NOON)
    assert refused.value.field == "title"


def test_a_draft_opens_only_with_questions_and_cards(
    session: Session, tools: Tools, tmp_path: Path
) -> None:
    with pytest.raises(WrongState, match="Add a stage"):
        campaigns.open_(session, uploading.draft(session, 'title = "x"'), NOON)
    with pytest.raises(WrongState, match="Add sources"):
        campaigns.open_(session, uploading.draft(session), NOON)

    campaign = with_cards(session, tools, tmp_path)
    campaigns.open_(session, campaign, NOON)
    assert (campaign.state, campaign.opened_at) == (CampaignState.open, NOON)


def test_a_campaign_is_led_from_open_to_closed_and_every_deed_is_written_down(
    session: Session, tools: Tools, tmp_path: Path
) -> None:
    campaign = with_cards(session, tools, tmp_path)
    for deed in (campaigns.open_, campaigns.pause, campaigns.resume, campaigns.close):
        deed(session, campaign, NOON)

    assert campaign.state == CampaignState.closed
    assert jobs.unfinished(session, "estimate", campaign) is not None
    deeds = session.scalars(select(AuditLine.deed).order_by(AuditLine.id)).all()
    assert deeds[-4:] == [
        "campaign.open",
        "campaign.pause",
        "campaign.resume",
        "campaign.close",
    ]


def test_a_step_that_does_not_follow_is_refused(session: Session) -> None:
    campaign = uploading.draft(session)
    for deed in (campaigns.pause, campaigns.resume, campaigns.close):
        with pytest.raises(WrongState, match="this one is draft"):
            deed(session, campaign, NOON)


def test_a_deleted_campaign_has_no_address_and_no_second_deletion(
    session: Session,
) -> None:
    campaign = uploading.draft(session)
    campaigns.delete(session, campaign, NOON)

    with pytest.raises(NotFound):
        campaigns.by_slug(session, campaign.slug)
    with pytest.raises(WrongState):
        campaigns.delete(session, campaign, NOON)
    with pytest.raises(WrongState):
        campaigns.open_(session, campaign, NOON)


def test_the_day_after_its_deadline_a_campaign_closes_itself(session: Session) -> None:
    late, today, never = (world.campaign(session) for _ in range(3))
    late.deadline, today.deadline = date(2027, 2, 28), NOON.date()
    session.commit()

    closed = campaigns.close_overdue(session, NOON.date(), NOON)

    assert closed == [late]
    assert late.state == CampaignState.closed
    assert today.state == never.state == CampaignState.open
    assert campaigns.close_overdue(session, NOON.date(), NOON) == []


def test_a_campaign_with_new_answers_is_estimated_every_ten_minutes(
    session: Session,
) -> None:
    campaign = world.campaign(session)
    assert campaigns.plan_estimates(session, NOON) == []
    answered(session, campaign.stages[0])
    (job,) = campaigns.plan_estimates(session, NOON)
    assert job.campaign_id == campaign.id
    later = NOON + timedelta(minutes=11)
    assert campaigns.plan_estimates(session, later) == []  # one is still to be done
    job.state = "done"  # type: ignore[assignment]
    session.commit()
    assert campaigns.plan_estimates(session, later) == []  # nobody answered since


def test_a_sweep_closes_and_estimates(session: Session) -> None:
    late, busy = (world.campaign(session) for _ in range(2))
    late.deadline = date(2027, 2, 28)
    answered(session, busy.stages[0])

    campaigns.sweep(session, NOON)

    assert late.state == CampaignState.closed
    planned = session.scalars(select(Job.campaign_id).where(Job.kind == "estimate"))
    assert sorted(number or 0 for number in planned) == sorted([late.id, busy.id])


def test_more_than_a_campaign_may_hold_is_refused(session: Session) -> None:
    campaign = uploading.draft(session)
    file = ReceivedFile("a.csv", "0" * 64, 10)
    quota = Quota(files_per_upload=2, uploads=2, bytes=30)

    uploads.receive(session, campaign, [file, file], NOON, quota=quota)
    with pytest.raises(InvalidInput, match="at most 2 are taken"):
        uploads.receive(session, campaign, [file] * 3, NOON, quota=quota)
    with pytest.raises(InvalidInput, match="more than"):
        uploads.receive(session, campaign, [file, file], NOON, quota=quota)
    uploads.receive(session, campaign, [file], NOON, quota=quota)
    with pytest.raises(InvalidInput, match="no more"):
        uploads.receive(session, campaign, [file], NOON, quota=quota)
    with pytest.raises(InvalidInput, match="at least one"):
        uploads.receive(session, campaign, [], NOON)

    full = world.campaign(session, cards=3)
    uploads.receive(session, full, [file], NOON, quota=Quota(cards=4))
    with pytest.raises(InvalidInput, match="3 cards"):
        uploads.receive(session, full, [file], NOON, quota=Quota(cards=3))
