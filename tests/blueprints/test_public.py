"""What everybody may see: campaigns that want help, each campaign's page, and nothing of what is not public."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from blueprints._clock import utcnow
from microtasks.models import CampaignState
from tests import world


def test_home_lists_what_wants_help(client: FlaskClient, session: Session) -> None:
    world.campaign(session, title="Sort messages")
    world.campaign(session, title="Paused", state=CampaignState.paused)
    page = client.get("/").text
    assert "Sort messages" in page
    assert "Paused" not in page


def test_home_says_so_where_nothing_wants_help(client: FlaskClient) -> None:
    assert "No campaign needs help right now" in client.get("/").text


def test_a_campaigns_page_leads_to_its_cards(
    client: FlaskClient, session: Session
) -> None:
    world.campaign(session, instructions="Read **twice**")
    page = client.get("/c/floods-0/").text
    assert 'href="/c/floods-0/work"' in page
    assert "<strong>twice</strong>" in page


def test_after_its_deadline_a_campaign_asks_for_nothing(
    client: FlaskClient, session: Session
) -> None:
    world.campaign(session, deadline=utcnow().date() - timedelta(days=1))
    assert 'href="/c/floods-0/work"' not in client.get("/c/floods-0/").text
    assert "/c/floods-0/" not in client.get("/").text


def test_eve_sees_no_draft_and_nothing_taken_down(
    client: FlaskClient, session: Session
) -> None:
    world.campaign(session, state=CampaignState.draft)
    world.campaign(session, taken_down_at=utcnow())
    assert client.get("/c/floods-0/").status_code == 404
    assert client.get("/c/floods-1/").status_code == 404
