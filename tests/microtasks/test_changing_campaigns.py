"""Words of a campaign change at any time; what was answered keeps its meaning; other slices mean other cards."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from microtasks import campaigns, recipe
from microtasks.errors import WrongState
from microtasks.jobs import Tools
from microtasks.models import (
    Answer,
    AuditLine,
    Campaign,
    Card,
    CardState,
    Job,
    Refused,
    Source,
    Stage,
)
from tests import uploading, world
from tests.conftest import NOON
from tests.uploading import CHOICE, ROWS, WHERE, answered, with_cards


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return uploading.tools(tmp_path)


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
