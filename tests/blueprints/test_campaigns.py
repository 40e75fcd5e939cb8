"""Campaigns from inside: listed, led and watched by members, unknown to eve."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks.models import CampaignState, Card, CardState, Job
from tests import world
from tests.cast import Cast, person, sign_in
from tests.desk import FILLED, Reader, found, is_inert, payloads

Browser = Callable[..., FlaskClient]

PAGES = ("", "settings", "preview", "progress", "sources", "upload", "recipe.toml")
DEEDS = ("state", "delete", "settings", "upload", "review", "reports/nothing")


@pytest.fixture
def slug(session: Session, cast: Cast) -> str:
    """The address of an open campaign of River Relief with three cards."""
    made = world.campaign(session, organisation=cast.river)
    name = made.slug
    session.commit()
    return name


def test_somebody_without_an_organisation_is_led_to_make_one(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    person(session, "Nia")
    session.commit()
    nia = sign_in(client, "nia@example.org")
    assert 'href="/organisations/new"' in nia.get("/manage/").text
    assert nia.get("/manage/new").status_code == 303


def test_the_list_says_what_needs_attention(
    session: Session, browser_of: Browser, slug: str
) -> None:
    card = world.cards(session)[0]
    card.state = CardState.contested
    session.commit()
    page = browser_of("vic@example.org").get("/manage/").text
    assert "Sort flood messages" in page
    assert "1 to review" in page
    assert "1 of 3" in page
    assert "New campaign" not in page


def test_a_campaign_is_paused_resumed_closed_and_opened_again(
    session: Session, browser_of: Browser, slug: str
) -> None:
    mara = browser_of("mara@example.org")
    for action, state in {
        "pause": "paused",
        "resume": "open",
        "close": "closed",
        "open": "open",
    }.items():
        assert (
            mara.post(f"/manage/{slug}/state", data={"action": action}).status_code
            == 303
        )
        assert found(session, slug).state == state
    session.rollback()
    assert mara.post(f"/manage/{slug}/state", data={"action": "fly"}).status_code == 422


def test_a_step_that_is_not_possible_says_why(
    session: Session, browser_of: Browser, cast: Cast
) -> None:
    made = world.campaign(
        session, 0, organisation=cast.river, state=CampaignState.draft
    )
    slug = made.slug
    session.commit()
    answer = browser_of("mara@example.org").post(
        f"/manage/{slug}/state", data={"action": "open"}
    )
    assert answer.status_code == 409
    assert "Add sources first" in answer.text


def test_deleting_asks_for_the_address_and_is_the_owners(
    session: Session, browser_of: Browser, slug: str
) -> None:
    amina, url = browser_of("amina@example.org"), f"/manage/{slug}/delete"
    assert browser_of("mara@example.org").post(url).status_code == 403
    assert amina.post(url, data={"confirmation": "yes"}).status_code == 422
    assert found(session, slug).deleted_at is None
    session.rollback()
    assert amina.post(url, data={"confirmation": slug}).status_code == 303
    assert found(session, slug).deleted_at is not None
    assert session.scalars(select(Job.kind)).all() == ["erase"]
    assert amina.get(f"/manage/{slug}/").status_code == 404


def test_the_preview_shows_a_card_as_a_volunteer_sees_it_with_nothing_to_press(
    browser_of: Browser, slug: str
) -> None:
    vic = browser_of("vic@example.org")
    page = vic.get(f"/manage/{slug}/preview?card=2").text
    assert "Card 2 of 3" in page
    assert "message 1" in page
    assert '<fieldset class="deck looked-at" disabled>' in page
    for odd in ("card=99999999999999", "card=-1", "card=x", "stage=9", "card=²"):
        assert vic.get(f"/manage/{slug}/preview?{odd}").status_code == 200


def test_progress_counts_what_is_there(
    session: Session, browser_of: Browser, slug: str
) -> None:
    session.scalars(select(Card)).first().state = CardState.resolved  # type: ignore[union-attr]
    session.commit()
    vic = browser_of("vic@example.org")
    assert "of 3" in Reader(vic.get(f"/manage/{slug}/progress").text).text
    part = vic.get(f"/manage/{slug}/progress", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<section id="progress"')


def test_hostile_words_of_a_coordinator_stay_words(
    session: Session, browser_of: Browser, cast: Cast, shared
) -> None:
    texts = payloads(shared, "xss") + payloads(shared, "htmx")
    calm = world.campaign(session, organisation=cast.river, instructions="words").slug
    slugs = {}
    for text in texts:
        question = {
            "kind": "choice",
            "text": text,
            "help": text,
            "options": [text, "b"],
        }
        slugs[text] = world.campaign(
            session,
            organisation=cast.river,
            title=text[:200],
            description=text[:500],
            instructions="words",
            stages=[world.stage(question=question)],
        ).slug
    session.commit()
    mara = browser_of("mara@example.org")
    for page in ("", "settings", "preview?card=1", "progress", "sources"):
        plain = Reader(mara.get(f"/manage/{calm}/{page}").text)
        for text, slug in slugs.items():
            html = mara.get(f"/manage/{slug}/{page}").text
            assert is_inert(html)
            assert abs(Reader(html).tags.total() - plain.tags.total()) <= 6
            assert text[:200].split()[0] in Reader(html).text


def test_a_viewer_looks_on_and_changes_nothing(browser_of: Browser, slug: str) -> None:
    vic = browser_of("vic@example.org")
    for page in ("", "preview", "progress", "sources", "recipe.toml"):
        assert vic.get(f"/manage/{slug}/{page}").status_code == 200, page
    for deed in DEEDS:
        assert vic.post(f"/manage/{slug}/{deed}", data=FILLED).status_code == 403, deed
    assert vic.get("/manage/new").status_code == 403


def test_a_stranger_is_asked_to_sign_in(client: FlaskClient, slug: str) -> None:
    assert client.get("/manage/").status_code == 303
    assert client.get(f"/manage/{slug}/").status_code == 303


def test_eve_finds_nothing(browser_of: Browser, slug: str) -> None:
    eve = browser_of("eve@example.org")
    assert slug not in eve.get("/manage/").text
    for page in (
        *PAGES,
        "review",
        "reports",
        "uploads/x",
        "uploads/x/refused.csv",
        "cards/x/picture",
    ):
        assert eve.get(f"/manage/{slug}/{page}").status_code == 404, page
    for deed in DEEDS:
        assert eve.post(f"/manage/{slug}/{deed}", data=FILLED).status_code == 404, deed
