"""Cards that wait for an earlier stage: none waits for what will never be decided, and nobody is sent to them."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from sqlalchemy.orm import Session

from microtasks import cutting, listing
from microtasks.jobs import Tools
from microtasks.models import CardState
from microtasks.slicing.slicer import Cut, Piece
from microtasks.stages import Condition, Policy
from tests import uploading, world
from tests.conftest import NOON
from tests.microtasks.test_changing_campaigns import changed
from tests.uploading import CHOICE, WHERE, run_jobs, with_cards

SECOND = WHERE.replace('not = ["nothing"]', 'is = ["water"]')
THIRD = """
[[stage]]
name = "who"
when = { stage = "where", is = ["Oslo"] }
slice = { mode = "fields", columns = ["message"] }
question = { kind = "text", text = "Who asks?" }
"""


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return uploading.tools(tmp_path)


def test_a_card_does_not_wait_for_one_that_was_cut_anew_and_is_not_asked(
    session: Session, tools: Tools, tmp_path: Path
) -> None:
    campaign = with_cards(session, tools, tmp_path, CHOICE + SECOND + THIRD)
    first, second, third = (stage.id for stage in campaign.stages)
    for card in world.cards(session, stage_id=first):
        card.state = CardState.withdrawn  # nothing follows from it
    session.commit()

    assert changed(session, campaign, 'is = ["water"]', 'is = ["food"]')
    run_jobs(session, tools)

    for stage in (second, third):
        assert {card.state for card in world.cards(session, stage_id=stage)} == {
            CardState.unneeded
        }


def test_a_card_does_not_wait_at_the_end_of_a_chain_that_cannot_be_cut() -> None:
    names = ["one", "two", "three", "four"]
    blades = [
        cutting.Blade(
            number,
            name,
            Cut("whole", {}),
            Policy(),
            Condition(names[number - 1], ("yes",)) if number else None,
        )
        for number, name in enumerate(names)
    ]
    piece = Piece("whole", 0, None, ("message",))
    cut = {name: [] if name == "two" else [piece] for name in names}
    states = {
        row["stage_id"]: row["state"]
        for row in cutting.cards(blades, cut, 1, Random(1))
    }
    assert states == {0: CardState.open, 2: CardState.unneeded, 3: CardState.unneeded}


def test_a_campaign_whose_cards_all_wait_asks_nobody_for_help(
    session: Session,
) -> None:
    later = world.stage("what", 1, condition={"stage": "need", "is": ["water"]})
    campaign = world.campaign(session, cards=1, stages=[world.stage(), later])
    assert [each.campaign for each in listing.wanting_help(session, NOON)] == [campaign]
    world.cards(session)[0].state = CardState.contested
    session.commit()

    assert listing.wanting_help(session, NOON) == []
