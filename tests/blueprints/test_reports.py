"""Reports through the pages: a card that volunteers found wrong is mended, withdrawn or served again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks.models import Card, CardState, Report
from tests import world
from tests.cast import Cast
from tests.conftest import NOON
from tests.desk import is_inert, payloads

Browser = Callable[..., FlaskClient]


def complain(session: Session, card: Card, *reasons: str) -> None:
    """Let as many volunteers report a card, which takes it out of service."""
    card.state = CardState.held
    for reason in reasons:
        identity = world.volunteer(session)
        session.add(
            Report(
                card_id=card.id, identity_id=identity.id, reason=reason, created_at=NOON
            )
        )
    session.commit()


@pytest.fixture
def slug(session: Session, cast: Cast) -> str:
    """The address of a campaign of which one card was reported twice."""
    made = world.campaign(session, organisation=cast.river)
    name = made.slug
    complain(session, world.cards(session)[0], "Names a person", "A telephone number")
    return name


def report(session: Session) -> str:
    found = session.scalars(select(Report.public_id)).first()
    session.rollback()
    return str(found)


def card(session: Session) -> Card:
    fresh = select(Card).order_by(Card.id).execution_options(populate_existing=True)
    found = session.scalars(fresh).first()
    assert found is not None
    assert found.source.columns
    session.expunge_all()
    session.rollback()
    return found


def test_each_reported_card_stands_there_once_with_all_that_was_said(
    browser_of: Browser, slug: str
) -> None:
    page = browser_of("ben@example.org").get(f"/manage/{slug}/reports").text
    assert page.count("<article") == 1
    assert "Names a person" in page
    assert "A telephone number" in page
    assert "message 0</textarea>" in page


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("released", CardState.open), ("withdrawn", CardState.withdrawn)],
)
def test_a_card_is_released_or_withdrawn_for_all_its_reports(
    session: Session, browser_of: Browser, slug: str, outcome: str, state: CardState
) -> None:
    ben, address = browser_of("ben@example.org"), f"/manage/{slug}/reports"
    answer = ben.post(f"{address}/{report(session)}", data={"action": outcome})
    assert answer.status_code == 303
    assert card(session).state == state
    assert "No reports" in ben.get(address).text


def test_a_record_is_mended_and_served_again(
    session: Session, browser_of: Browser, slug: str
) -> None:
    form = {"action": "mended", "text1": "Water for a school"}
    address = f"/manage/{slug}/reports/{report(session)}"
    part = browser_of("ben@example.org").post(
        address, data=form, headers={"HX-Request": "true"}
    )
    assert part.text.lstrip().startswith('<section id="reports"')
    mended = card(session)
    assert mended.state == CardState.open
    assert mended.source.columns == [["id", "0"], ["message", "Water for a school"]]


def test_a_report_that_was_settled_meanwhile_says_so(
    session: Session, browser_of: Browser, slug: str
) -> None:
    ben, address = (
        browser_of("ben@example.org"),
        f"/manage/{slug}/reports/{report(session)}",
    )
    ben.post(address, data={"action": "released"})
    answer = ben.post(address, data={"action": "withdrawn"})
    assert answer.status_code == 409
    assert "settled this report already" in answer.text
    assert ben.post(address, data={"action": "burn"}).status_code == 422


def test_hostile_reasons_stay_words(
    session: Session, browser_of: Browser, slug: str, shared
) -> None:
    texts = payloads(shared, "xss") + payloads(shared, "htmx")
    complain(session, world.cards(session)[1], *texts)
    html = browser_of("ben@example.org").get(f"/manage/{slug}/reports").text
    assert is_inert(html)
    assert html.count("<article") == 2


def test_a_viewer_settles_nothing_and_eve_finds_nothing(
    session: Session, browser_of: Browser, cast: Cast, slug: str
) -> None:
    theirs = world.campaign(session, 1, organisation=cast.others).slug
    name = report(session)
    for who, status in {"vic": 403, "eve": 404}.items():
        browser = browser_of(f"{who}@example.org")
        assert browser.get(f"/manage/{slug}/reports").status_code == status
        for place in (slug,) if who == "vic" else (slug, theirs):
            deed = browser.post(
                f"/manage/{place}/reports/{name}", data={"action": "released"}
            )
            assert deed.status_code == status
    assert card(session).state == CardState.held
