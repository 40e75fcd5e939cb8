"""The deck: card after card without an account, with scripts and without, and an honest word when there is none."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from microtasks.models import Answer, CampaignState, CardState, Identity, Lease, Report
from tests import world

HTMX = {"HX-Request": "true"}


def key_of(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found, page
    return found.group(1)


def work(client: FlaskClient, **form: object) -> str:
    answer = client.post("/c/floods-0/work", data=form, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_newcomer_gets_a_card_at_once(client: FlaskClient, session: Session) -> None:
    world.campaign(session)
    page = client.get("/c/floods-0/work")
    assert page.status_code == 200
    assert "What is asked for?" in page.text
    assert page.text.count('name="value"') == len(world.OPTIONS)
    assert "data-card" in page.text


def test_the_card_shows_its_slice_and_nothing_else_of_the_source(
    client: FlaskClient, session: Session
) -> None:
    campaign = world.campaign(session, cards=1)
    source = world.cards(session)[0].source
    campaign.pseudonym_key = "what makes pseudonyms"
    source.columns = [["name", "Amina Otieno"], ["message", "We need water"]]
    session.commit()
    text = client.get("/c/floods-0/work").text
    assert "We need water" in text
    assert "Otieno" not in text
    assert source.public_id not in text
    assert campaign.pseudonym_key not in text


def test_an_answer_by_a_plain_form_leads_to_the_next_card(
    client: FlaskClient, session: Session
) -> None:
    world.campaign(session)
    first = key_of(client.get("/c/floods-0/work").text)
    answer = client.post("/c/floods-0/work", data={"key": first, "value": "water"})
    assert (answer.status_code, answer.location) == (303, "/c/floods-0/work")
    page = client.get(answer.location).text
    assert key_of(page) != first
    assert "Saved: <strong" in page


def test_an_answer_by_htmx_brings_the_next_card_as_a_fragment(
    client: FlaskClient, session: Session
) -> None:
    world.campaign(session)
    first = key_of(client.get("/c/floods-0/work").text)
    answer = client.post(
        "/c/floods-0/work", data={"key": first, "value": "water"}, headers=HTMX
    )
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<section id="card"')
    assert key_of(answer.text) != first


def test_the_whole_campaign_can_be_answered_and_ends_with_thanks(
    client: FlaskClient, session: Session
) -> None:
    world.campaign(session, cards=3)
    page = client.get("/c/floods-0/work").text
    for _ in range(3):
        page = work(client, key=key_of(page), value="water")
    assert "Nothing is left for you here" in page
    assert session.scalar(select(func.count(Answer.id))) == 3


def test_the_same_form_sent_twice_is_one_answer(
    client: FlaskClient, session: Session
) -> None:
    world.campaign(session)
    key = key_of(client.get("/c/floods-0/work").text)
    work(client, key=key, value="water")
    work(client, key=key, value="water")
    assert session.scalar(select(func.count(Answer.id))) == 1


def test_another_value_under_a_used_key_is_refused_with_a_sentence(
    client: FlaskClient, session: Session
) -> None:
    world.campaign(session)
    key = key_of(client.get("/c/floods-0/work").text)
    work(client, key=key, value="water")
    answer = client.post(
        "/c/floods-0/work", data={"key": key, "value": "food"}, headers=HTMX
    )
    assert answer.status_code == 409
    assert "answered this card already" in answer.text


def test_an_answer_that_is_not_offered_shows_the_card_again(
    client: FlaskClient, session: Session
) -> None:
    world.campaign(session)
    key = key_of(client.get("/c/floods-0/work").text)
    answer = client.post("/c/floods-0/work", data={"key": key, "value": "gold"})
    assert answer.status_code == 422
    assert key_of(answer.text) == key


def test_skip_cant_tell_and_report_each_lead_on(
    client: FlaskClient, session: Session
) -> None:
    world.campaign(session, cards=4)
    page = client.get("/c/floods-0/work").text
    page = work(client, key=key_of(page), action="skip")
    page = work(client, key=key_of(page), action="cant_tell")
    page = work(client, key=key_of(page), action="report", reason="It is upside down")
    assert key_of(page)
    [answer] = session.scalars(select(Answer))
    assert answer.value is None
    assert session.scalars(select(Report.reason)).all() == ["It is upside down"]


def test_undo_brings_the_card_back(client: FlaskClient, session: Session) -> None:
    world.campaign(session)
    page = client.get("/c/floods-0/work").text
    card = session.get_one(Lease, key_of(page)).card_id
    session.commit()  # on SQLite an open transaction of ours would hold up the site's
    work(client, key=key_of(page), value="water")
    page = work(client, action="undo")
    session.expire_all()
    assert session.get_one(Lease, key_of(page)).card_id == card
    assert session.scalar(select(Answer.withdrawn_at)) is not None


def test_two_reports_take_a_card_out_of_service(app: Flask, session: Session) -> None:
    world.campaign(session, cards=1)
    for _ in range(2):
        volunteer = app.test_client()
        page = volunteer.get("/c/floods-0/work").text
        work(volunteer, key=key_of(page), action="report")
    assert world.cards(session)[0].state == CardState.held


def test_a_reload_shows_the_same_card_and_makes_one_volunteer(
    client: FlaskClient, session: Session
) -> None:
    world.campaign(session)
    keys = {key_of(client.get("/c/floods-0/work").text) for _ in range(3)}
    assert len(keys) == 1
    assert session.scalar(select(func.count(Identity.id))) == 1


def test_when_all_places_are_taken_the_page_says_so_and_looks_again(
    app: Flask, session: Session
) -> None:
    world.campaign(session, cards=1, stages=[world.stage(min_answers=1)])
    app.test_client().get("/c/floods-0/work")
    page = app.test_client().get("/c/floods-0/work").text
    assert "All cards are in other hands" in page


def test_who_has_nothing_left_is_led_to_other_campaigns(
    client: FlaskClient, session: Session
) -> None:
    world.campaign(session, cards=1)
    world.campaign(session, title="Read the gauges")
    page = client.get("/c/floods-0/work").text
    assert "Read the gauges" not in page
    page = work(client, key=key_of(page), value="water")
    assert "Nothing is left for you here" in page
    assert "Read the gauges" in page


def test_a_paused_campaign_says_that_it_takes_no_answers(
    client: FlaskClient, session: Session
) -> None:
    world.campaign(session, state=CampaignState.paused)
    assert "takes no answers now" in client.get("/c/floods-0/work").text


def test_eve_gets_no_draft_and_nobody_elses_card(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    world.campaign(session)
    world.campaign(session, state=CampaignState.draft)
    key = key_of(client.get("/c/floods-0/work").text)
    eve = app.test_client()
    assert eve.get("/c/floods-1/work").status_code == 404
    assert (
        eve.post("/c/floods-0/work", data={"key": key, "value": "water"}).status_code
        == 404
    )
    assert session.scalar(select(func.count(Answer.id))) == 0


def test_a_report_is_acknowledged_with_scripts_and_without(
    client: FlaskClient, session: Session
) -> None:
    world.campaign(session)
    thanks = "Reported. A coordinator looks at that card."
    page = work(
        client, key=key_of(client.get("/c/floods-0/work").text), action="report"
    )
    assert thanks in page
    form = {"key": key_of(page), "action": "report"}
    assert thanks in client.post("/c/floods-0/work", data=form, headers=HTMX).text
    assert thanks not in client.get("/c/floods-0/work").text
