"""What waits in a campaign is counted alike on both databases, and leafing finds every thing exactly once."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks import attention, leafing
from microtasks.attention import Attention
from microtasks.errors import NotFound
from microtasks.models import CardState, Refused, Report, Upload
from tests import world
from tests.conftest import NOON


def test_each_campaign_has_its_own_counts(session_on_each: Session) -> None:
    session = session_on_each
    busy, quiet = world.campaign(session, 4), world.campaign(session, 2)
    first, second, third, _ = world.cards(session)[:4]
    first.state, second.state = CardState.contested, CardState.resolved
    for _ in range(2):
        reporter = world.volunteer(session)
        session.add(Report(card_id=third.id, identity_id=reporter.id, created_at=NOON))
    upload = session.scalars(select(Upload).where(Upload.campaign_id == busy.id)).one()
    session.add(Refused(upload_id=upload.id, file="a.exe", reason="no picture"))
    session.flush()
    found = attention.of(session, [busy, quiet])
    assert found[busy.id] == Attention(2, 4, contested=1, reported=1, refused=1)
    assert found[quiet.id] == Attention(0, 2)
    assert attention.queues(session, busy) == attention.Queues(1, 1)
    assert attention.of(session, []) == {}


def test_leafing_shows_every_source_on_exactly_one_page(
    session_on_each: Session,
) -> None:
    session = session_on_each
    campaign = world.campaign(session, 2 * leafing.PER_PAGE + 1)
    pages = [leafing.sources(session, campaign, number) for number in (1, 2, 3)]
    names = [source.name for page in pages for source in page.items]
    assert names == [str(number) for number in range(2 * leafing.PER_PAGE + 1)]
    assert (pages[0].pages, pages[0].total) == (3, len(names))
    assert leafing.sources(session, campaign, 99).page == 3
    cards = leafing.cards_per_source(session, pages[2].items)
    assert list(cards.values()) == [1]


def test_a_card_is_found_by_its_number_and_only_through_its_own_campaign(
    session_on_each: Session,
) -> None:
    session = session_on_each
    mine, other = world.campaign(session, 3), world.campaign(session, 1)
    cards = world.cards(session)[:3]
    stage = mine.stages[0]
    assert [leafing.card_at(session, stage, n) for n in (1, 2, 3)] == cards
    assert leafing.card_at(session, stage, 4) is None
    assert leafing.card(session, mine, cards[0].public_id) is cards[0]
    with pytest.raises(NotFound):
        leafing.card(session, other, cards[0].public_id)
