"""Review through the pages: contested cards are decided by a person, one after the other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks.models import Answer, Card, CardState, Clock, Resolution
from tests import world
from tests.cast import Cast
from tests.conftest import NOON

Browser = Callable[..., FlaskClient]
SWAP = {"HX-Request": "true"}


def contest(session: Session, card: Card, values: list[object]) -> None:
    """Let a card have these answers and be contested."""
    card.asked = card.counted = card.max_answers = len(values)
    card.state = CardState.contested
    for number, value in enumerate(values):
        identity = world.volunteer(session)
        session.add(
            Answer(
                key=f"{card.public_id[:20]}-{number}",
                card_id=card.id,
                stage_id=card.stage_id,
                stage_version=1,
                identity_id=identity.id,
                value=value,
                answered_at=NOON,
                seconds=3,
            )
        )
    session.flush()


@pytest.fixture
def slug(session: Session, cast: Cast) -> str:
    """The address of a campaign with two contested cards."""
    made = world.campaign(session, organisation=cast.river)
    name = made.slug
    for card in world.cards(session)[:2]:
        contest(session, card, ["water", "water", "food", None])
    session.commit()
    return name


def ids(session: Session) -> list[str]:
    found = list(session.scalars(select(Card.public_id).order_by(Card.id)))
    session.rollback()
    return found


def decided(session: Session) -> Resolution:
    found = session.scalars(select(Resolution).order_by(Resolution.id.desc())).first()
    assert found is not None
    session.expunge_all()  # read on without a transaction, which would keep others waiting
    session.rollback()
    return found


def test_the_first_contested_card_comes_with_what_was_said(
    browser_of: Browser, slug: str
) -> None:
    page = browser_of("ben@example.org").get(f"/manage/{slug}/review").text
    assert "message 0" in page
    assert "of 4 said so" in page
    assert page.index('value="water"') < page.index('value="food"')
    assert "Can't tell" in page


def test_a_reviewer_takes_one_of_the_values_given_and_gets_the_next_card(
    session: Session, browser_of: Browser, slug: str
) -> None:
    form = {"id": ids(session)[0], "given": "1", "value": "food"}
    ben = browser_of("ben@example.org")
    page = ben.post(f"/manage/{slug}/review", data=form, headers=SWAP).text
    assert page.lstrip().startswith('<section id="review"')
    assert "message 1" in page
    made = decided(session)
    assert (made.value, made.clock, made.confidence) == ("food", Clock.review, 1)


def test_a_reviewer_gives_another_answer_or_none(
    session: Session, browser_of: Browser, slug: str
) -> None:
    first, second, _ = ids(session)
    ben, address = browser_of("ben@example.org"), f"/manage/{slug}/review"
    ben.post(address, data={"id": first, "value": "nothing"})
    assert decided(session).value == "nothing"
    answer = ben.post(address, data={"id": second, "action": "cant_tell"})
    assert answer.status_code == 303
    assert decided(session).value is None
    assert "Nothing to review" in ben.get(address).text


def test_none_of_several_answers_is_not_the_same_as_cannot_tell(
    session: Session, browser_of: Browser, cast: Cast
) -> None:
    question = {"kind": "choices", "text": "What?", "options": ["a", "b"]}
    stages = [world.stage(question=question)]
    slug = world.campaign(session, 1, stages, organisation=cast.river).slug
    contest(session, world.cards(session)[0], [["a"], ["b"]])
    session.commit()
    form = {"id": ids(session)[0], "action": "answer"}
    browser_of("ben@example.org").post(f"/manage/{slug}/review", data=form)
    assert decided(session).value == []


def test_a_card_is_left_for_later(
    session: Session, browser_of: Browser, slug: str
) -> None:
    form = {"id": ids(session)[0], "action": "skip"}
    ben = browser_of("ben@example.org")
    page = ben.post(f"/manage/{slug}/review", data=form, headers=SWAP).text
    assert "message 1" in page
    again = ben.post(f"/manage/{slug}/review?card=2", data=form, headers=SWAP).text
    assert "message 0" in again


def test_an_answer_that_is_not_offered_is_refused(
    session: Session, browser_of: Browser, slug: str
) -> None:
    ben, card = browser_of("ben@example.org"), ids(session)[0]
    for form in ({"value": "gold"}, {"value": "gold", "given": "1"}, {}):
        answer = ben.post(f"/manage/{slug}/review", data={"id": card, **form})
        assert answer.status_code == 422
        assert "message 0" in answer.text
    assert session.scalars(select(Resolution)).all() == []


def test_a_card_of_another_campaign_cannot_be_decided_here(
    session: Session, browser_of: Browser, cast: Cast, slug: str
) -> None:
    world.campaign(session, 1, organisation=cast.others)
    other = ids(session)[-1]
    form = {"id": other, "value": "water"}
    ben = browser_of("ben@example.org")
    assert ben.post(f"/manage/{slug}/review", data=form).status_code == 404


def test_a_viewer_decides_nothing_and_eve_finds_nothing(
    session: Session, browser_of: Browser, slug: str
) -> None:
    form = {"id": ids(session)[0], "value": "water"}
    for name, status in {"vic": 403, "eve": 404}.items():
        browser = browser_of(f"{name}@example.org")
        assert browser.get(f"/manage/{slug}/review").status_code == status
        assert browser.post(f"/manage/{slug}/review", data=form).status_code == status
