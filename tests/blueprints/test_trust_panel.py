"""The campaign's progress page says how far the result can be trusted, with its caveat, and once: not at each look again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from microtasks.models import Campaign, Clock, Job, JobState, Resolution
from tests import world
from tests.cast import Cast
from tests.conftest import NOON

Browser = Callable[..., FlaskClient]


@pytest.fixture
def campaign(session: Session, cast: Cast) -> Campaign:
    return world.campaign(session, cards=12, organisation=cast.river)


def review(session: Session, campaign: Campaign, cards: int) -> None:
    """Let volunteers have said food of so many cards, and a reviewer water of every third."""
    found = world.cards(session, stage_id=campaign.stages[0].id)[:cards]
    for number, card in enumerate(found):
        said = "food" if number % 3 else "water"
        for value, clock in (("food", Clock.live), (said, Clock.review)):
            made = {"confidence": 0.7, "method": "x", "answers": [], "made_at": NOON}
            session.add(
                Resolution(
                    card_id=card.id, stage_version=1, value=value, clock=clock, **made
                )
            )
            session.flush()
    session.commit()


def page(browser: FlaskClient, campaign: Campaign, **headers: str) -> str:
    return browser.get(f"/manage/{campaign.slug}/progress", headers=headers).text


def test_a_campaign_with_nothing_to_compare_says_so(
    browser_of: Browser, cast: Cast, campaign: Campaign
) -> None:
    text = page(browser_of(cast.vic), campaign)
    assert "Agreement is not known yet." in text
    assert "nothing to compare with" in text


def test_reviews_are_told_with_their_curve_and_that_they_are_no_sample(
    session: Session, browser_of: Browser, cast: Cast, campaign: Campaign
) -> None:
    review(session, campaign, 12)
    text = page(browser_of(cast.vic), campaign)
    assert "67&nbsp;%" in text
    assert "expected calibration error" in text
    assert "how the hard ones went, not the rest" in text


def test_a_few_reviews_are_counted_and_draw_no_curve(
    session: Session, browser_of: Browser, cast: Cast, campaign: Campaign
) -> None:
    review(session, campaign, 9)
    text = page(browser_of(cast.vic), campaign)
    assert "Too few (fewer than 10)" in text
    assert "expected calibration error" not in text


@pytest.mark.parametrize("kind", ["estimate", "freeze"])
def test_agreement_is_the_last_estimates_word(
    session: Session, browser_of: Browser, cast: Cast, campaign: Campaign, kind: str
) -> None:
    job = Job(kind=kind, campaign_id=campaign.id, state=JobState.done, created_at=NOON)
    job.cursor = {"alpha": {str(campaign.stages[0].id): 0.834}}
    session.add(job)
    session.commit()
    assert "0.83</strong>: people agree well" in page(browser_of(cast.vic), campaign)


def test_looking_again_brings_the_progress_alone(
    session: Session, browser_of: Browser, cast: Cast, campaign: Campaign
) -> None:
    review(session, campaign, 12)
    text = page(browser_of(cast.vic), campaign, **{"HX-Request": "true"})
    assert 'id="progress"' in text
    assert "How far the result" not in text


def test_eve_sees_nothing_of_it(
    browser_of: Browser, cast: Cast, campaign: Campaign
) -> None:
    assert "How far the result" not in page(browser_of(cast.eve), campaign)
