"""Every permission, against the table's own words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks import operating, people, policy
from microtasks.errors import WrongState
from microtasks.models import (
    Account,
    AuditLine,
    Campaign,
    CampaignState,
    Job,
    JobState,
    Organisation,
)
from microtasks.policy import VERBS, may
from tests import world
from tests.cast import Cast
from tests.conftest import NOON

INSIDE = [verb for verb, rule in VERBS.items() if rule.least and not rule.everybody]
OPERATORS = [
    verb for verb, rule in VERBS.items() if rule.operators and rule.least is None
]


@pytest.fixture
def draft(session: Session, cast: Cast) -> Campaign:
    return world.campaign(
        session,
        cards=0,
        organisation=cast.river,
        state=CampaignState.draft,
        opened_at=None,
    )


@pytest.mark.parametrize("verb", INSIDE)
def test_strangers_and_nobody_may_do_nothing_inside(
    draft: Campaign, cast: Cast, verb: str
) -> None:
    assert not may(cast.eve, verb, draft)
    assert not may(None, verb, draft)
    draft.state = CampaignState.open
    assert policy.is_public(draft)
    assert not may(cast.eve, verb, draft)
    assert not may(None, verb, draft)


@pytest.mark.parametrize("verb", INSIDE)
def test_each_role_may_what_the_lesser_ones_may(
    draft: Campaign, cast: Cast, verb: str
) -> None:
    allowed = [
        may(who, verb, draft) for who in (cast.vic, cast.ben, cast.mara, cast.amina)
    ]
    assert allowed == sorted(allowed)
    assert allowed[-1]


@pytest.mark.parametrize(
    ("verb", "least"),
    [
        ("progress.view", "Vic"),
        ("card.review", "Ben"),
        ("report.settle", "Ben"),
        ("campaign.edit", "Mara"),
        ("campaign.open", "Mara"),
        ("campaign.create", "Mara"),
        ("sources.upload", "Mara"),
        ("dataset.freeze", "Mara"),
        ("dataset.publish", "Mara"),
        ("dataset.download_private", "Mara"),
        ("campaign.delete", "Amina"),
        ("members.manage", "Amina"),
        ("organisation.edit", "Amina"),
    ],
)
def test_the_least_who_may(draft: Campaign, cast: Cast, verb: str, least: str) -> None:
    ranks = (cast.vic, cast.ben, cast.mara, cast.amina)
    assert next(who.name for who in ranks if may(who, verb, draft)) == least


def test_operators_look_and_take_down_but_do_not_edit(
    draft: Campaign, cast: Cast
) -> None:
    for verb in (
        "campaign.view",
        "progress.view",
        "campaign.take_down",
        "campaign.approve",
        "jobs.view",
    ):
        assert may(cast.olu, verb, draft), verb
    for verb in (
        "campaign.edit",
        "campaign.open",
        "campaign.delete",
        "card.review",
        "sources.upload",
    ):
        assert not may(cast.olu, verb, draft), verb
    assert not may(cast.olu, "members.manage", cast.river)


@pytest.mark.parametrize("verb", OPERATORS)
def test_what_keeps_the_site_is_the_operators_alone(
    draft: Campaign, cast: Cast, verb: str
) -> None:
    assert [who for who in (cast.amina, cast.eve, None) if may(who, verb, draft)] == []
    assert may(cast.olu, verb, draft)


def test_everybody_sees_a_campaign_only_while_it_is_public(
    draft: Campaign, cast: Cast
) -> None:
    assert not may(None, "campaign.view", draft)
    draft.state = CampaignState.open
    assert may(None, "campaign.view", draft)
    for change, back in (
        ({"taken_down_at": NOON}, {"taken_down_at": None}),
        ({"state": CampaignState.draft}, {"state": CampaignState.closed}),
    ):
        for name, value in change.items():
            setattr(draft, name, value)
        assert not may(None, "campaign.view", draft)
        assert may(cast.vic, "campaign.view", draft)
        for name, value in back.items():
            setattr(draft, name, value)
    cast.river.approved_at = None
    assert not may(cast.eve, "campaign.view", draft)
    assert may(cast.vic, "campaign.work", draft)


def test_a_deleted_campaign_answers_nobody(draft: Campaign, cast: Cast) -> None:
    draft.deleted_at = NOON
    for who in (cast.amina, cast.olu, None):
        assert [
            verb for verb in VERBS if VERBS[verb].least and may(who, verb, draft)
        ] == []
        assert not policy.is_known_to(who, draft)


def test_a_shut_account_may_nothing(draft: Campaign, cast: Cast) -> None:
    cast.amina.disabled_at = NOON
    assert [verb for verb in VERBS if may(cast.amina, verb, draft)] == []


def test_a_role_taken_away_is_gone_at_once(
    session: Session, draft: Campaign, cast: Cast
) -> None:
    assert may(cast.ben, "card.review", draft)
    people.remove_member(
        session, cast.river, cast.ben.public_id, by=cast.amina, now=NOON
    )
    session.commit()
    assert not may(session.get(Account, cast.ben.id), "card.review", draft)


def test_an_unknown_verb_is_a_fault_not_a_permission(cast: Cast) -> None:
    with pytest.raises(KeyError):
        may(cast.olu, "campaign.destroy_all")


def test_the_condition_for_lists_says_the_same_as_the_word_for_one(
    session: Session, cast: Cast
) -> None:
    cast.others.approved_at = None
    for state in CampaignState:
        for organisation in (cast.river, cast.others):
            for hidden in ({}, {"taken_down_at": NOON}, {"deleted_at": NOON}):
                world.campaign(
                    session, cards=0, state=state, organisation=organisation, **hidden
                )
    listed = select(Campaign).join(Organisation).where(policy.public_campaigns())
    alone = [
        each for each in session.scalars(select(Campaign)) if policy.is_public(each)
    ]
    assert set(session.scalars(listed)) == set(alone)
    assert len(alone) == 3


def test_approval_and_taking_down_are_kept_in_the_trail(
    session: Session, draft: Campaign, cast: Cast
) -> None:
    cast.river.approved_at, draft.state = None, CampaignState.open
    session.flush()
    assert operating.waiting_campaigns(session) == [draft]
    operating.approve(session, cast.river, by=cast.olu, now=NOON)
    assert operating.waiting_campaigns(session) == []
    assert policy.is_public(draft)
    operating.take_down(session, draft, "false alarm", by=cast.olu, now=NOON)
    assert not policy.is_public(draft)
    operating.put_back(session, draft, by=cast.olu, now=NOON)
    assert policy.is_public(draft)
    deeds = session.scalars(select(AuditLine).order_by(AuditLine.id)).all()
    assert [line.deed for line in deeds] == [
        "organisation.approved",
        "campaign.taken_down",
        "campaign.put_back",
    ]
    assert {line.organisation_id for line in deeds} == {cast.river.id}
    assert deeds[1].detail == {"reason": "false alarm"}


def test_only_a_failed_job_is_tried_again(session: Session, cast: Cast) -> None:
    job = Job(kind="intake", created_at=NOON, state=JobState.running, stalled=2)
    session.add(job)
    session.flush()
    with pytest.raises(WrongState):
        operating.retry(session, job, by=cast.olu, now=NOON)
    job.state, job.stalled, job.finished_at = (
        JobState.failed,
        5,
        NOON + timedelta(hours=1),
    )
    operating.retry(session, job, by=cast.olu, now=NOON)
    assert (job.state, job.stalled, job.finished_at) == (JobState.waiting, 0, None)
    assert operating.unfinished_jobs(session) == [job]
