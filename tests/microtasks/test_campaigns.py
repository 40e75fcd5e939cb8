"""A campaign goes from draft to closed through its guards, and changes only in ways that harm no answer."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from microtasks import campaigns, jobs, recipe, uploads
from microtasks.errors import InvalidInput, NotFound, WrongState
from microtasks.jobs import Tools
from microtasks.models import (
    Answer,
    AuditLine,
    Campaign,
    CampaignState,
    Card,
    CardState,
    Job,
    Organisation,
    Refused,
    Source,
    Stage,
)
from microtasks.uploads import Quota, ReceivedFile
from tests import uploading, world
from tests.conftest import NOON
from tests.uploading import CHOICE, WHERE


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return uploading.tools(tmp_path)


ROWS = ["id,message,place", "1,hello,", "2,,Paris", "3,good day,Oslo"]


def with_cards(
    session: Session, tools: Tools, tmp_path: Path, text: str = CHOICE
) -> Campaign:
    """A draft of three rows, one of them blank."""
    campaign = uploading.draft(session, text)
    uploading.send(session, campaign, tools, uploading.write(tmp_path / "x.csv", ROWS))
    uploading.run_jobs(session, tools)
    return campaign


def answered(session: Session, stage: Stage) -> None:
    """Somebody answered the stage's first card."""
    card = world.cards(session, stage_id=stage.id)[0]
    card.counted += 1
    stage.frozen_at = NOON
    who = world.volunteer(session)
    answer = Answer(key=f"k{card.id}", card_id=card.id, stage_id=stage.id, stage_version=1, identity_id=who.id, value="water", answered_at=NOON, seconds=2)  # fmt: skip
    session.add(answer)
    session.commit()


def changed(session: Session, campaign: Campaign, old: str, new: str) -> Job | None:
    """Change a campaign by changing the text of its recipe."""
    text = recipe.write(campaigns.recipe_of(campaign))
    assert old in text
    job = campaigns.change(
        session, campaign, recipe.read(text.replace(old, new, 1)), NOON
    )
    session.commit()
    return job


def slices(session: Session, stage: Stage) -> list[tuple[str, str, CardState]]:
    query = (
        select(Source.name, Card.slice, Card.state)
        .join(Card, Card.source_id == Source.id)
        .where(Card.stage_id == stage.id)
        .order_by(Source.item, Card.order)
    )
    return [
        (name, piece, CardState(state)) for name, piece, state in session.execute(query)
    ]


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


def test_words_change_at_any_time(
    session: Session, tools: Tools, tmp_path: Path
) -> None:
    campaign = with_cards(session, tools, tmp_path)
    answered(session, campaign.stages[0])
    campaigns.open_(session, campaign, NOON)

    assert changed(session, campaign, "lease_minutes = 10", "lease_minutes = 3") is None
    assert changed(session, campaign, "Sort flood", "Read flood") is None

    assert (campaign.lease_minutes, campaign.title) == (3, "Read flood messages")
    assert campaign.slug == "sort-flood-messages"
    line = session.scalars(select(AuditLine).order_by(AuditLine.id.desc())).first()
    assert line is not None
    assert (line.deed, line.detail) == ("campaign.change", {"changed": ["title"]})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("What does it ask for?", "What is it about?"),
        ('"food", ', ""),
        ('[["message"]]', '[["place"]]'),
        ('name = "need"', 'name = "wish"'),
    ],
)
def test_what_was_answered_keeps_its_meaning(
    session: Session, tools: Tools, tmp_path: Path, old: str, new: str
) -> None:
    campaign = with_cards(session, tools, tmp_path)
    answered(session, campaign.stages[0])

    with pytest.raises(WrongState, match="“need” has answers"):
        changed(session, campaign, old, new)


def test_other_slices_are_cut_before_the_first_answer(
    session: Session, tools: Tools, tmp_path: Path
) -> None:
    campaign = with_cards(session, tools, tmp_path)
    (stage,) = campaign.stages
    before = {source.name: source.id for source in session.scalars(select(Source))}

    assert changed(session, campaign, '[["message"]]', '[["place"]]') is not None
    uploading.run_jobs(session, tools)

    assert slices(session, stage) == [
        ("2", "place", CardState.open),
        ("3", "place", CardState.open),
    ]
    (refused,) = session.scalars(select(Refused))
    assert (refused.row, refused.column) == (2, "place")
    assert session.scalar(select(Source.id).where(Source.name == "3")) == before["3"]


def test_a_stage_can_be_added_while_another_has_answers(
    session: Session, tools: Tools, tmp_path: Path
) -> None:
    campaign = with_cards(session, tools, tmp_path)
    answered(session, campaign.stages[0])
    text = recipe.write(campaigns.recipe_of(campaign)) + WHERE
    card = world.cards(session)[1]
    card.state = CardState.withdrawn
    session.commit()

    campaigns.change(session, campaign, recipe.read(text), NOON)
    session.commit()
    uploading.run_jobs(session, tools)

    need, where = campaign.stages
    assert len(slices(session, need)) == 2
    assert slices(session, where) == [
        ("1", "message", CardState.waiting),
        ("3", "message", CardState.unneeded),
    ]
    assert session.scalar(select(func.count(Answer.id))) == 1


def test_a_removed_stage_is_gone_at_once_and_its_cards_soon(
    session: Session, tools: Tools, tmp_path: Path
) -> None:
    campaign = with_cards(session, tools, tmp_path, CHOICE + WHERE)

    campaigns.change(session, campaign, recipe.read(CHOICE), NOON)
    session.commit()
    assert [stage.name for stage in campaign.stages] == ["need"]
    uploading.run_jobs(session, tools)

    assert session.scalar(select(func.count(Stage.id))) == 1
    assert session.scalar(select(func.count(Card.id))) == 2


def test_an_open_campaign_is_paused_before_its_slices_change(
    session: Session, tools: Tools, tmp_path: Path
) -> None:
    campaign = with_cards(session, tools, tmp_path)
    campaigns.open_(session, campaign, NOON)
    session.commit()
    with pytest.raises(WrongState, match="Pause the campaign first"):
        changed(session, campaign, '[["message"]]', '[["place"]]')


def test_slices_do_not_change_under_an_upload_that_is_being_read(
    session: Session, tools: Tools, tmp_path: Path
) -> None:
    campaign = uploading.draft(session)
    uploading.send(session, campaign, tools, uploading.write(tmp_path / "x.csv", ROWS))
    with pytest.raises(WrongState, match="still being read"):
        changed(session, campaign, '[["message"]]', '[["place"]]')


def test_new_limits_reach_cards_that_are_not_decided(
    session: Session, tools: Tools, tmp_path: Path
) -> None:
    campaign = with_cards(session, tools, tmp_path)
    contested, fresh = world.cards(session)
    contested.state, contested.counted, contested.asked = CardState.contested, 5, 5
    session.commit()

    changed(session, campaign, "max_answers = 5", "max_answers = 7")
    changed(session, campaign, "min_answers = 2", "min_answers = 3")
    uploading.run_jobs(session, tools)

    session.expire_all()
    assert (fresh.asked, fresh.max_answers) == (3, 7)
    assert (contested.state, contested.asked) == (CardState.open, 6)

    changed(session, campaign, "min_answers = 3, max_answers = 7", "min_answers = 1, max_answers = 2")  # fmt: skip
    uploading.run_jobs(session, tools)

    session.expire_all()
    assert (fresh.asked, fresh.max_answers) == (1, 2)
    assert (contested.asked, contested.max_answers) == (6, 6)


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
