"""The operator's desk."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from microtasks.models import Account, Job, JobState
from tests import world
from tests.cast import Cast
from tests.conftest import NOON

Browser = Callable[[Account], FlaskClient]


def test_an_organisation_is_approved_and_its_campaign_public(
    client: FlaskClient, browser_of: Browser, cast: Cast, session: Session
) -> None:
    cast.river.approved_at = None
    world.campaign(session, cards=1, organisation=cast.river)
    assert client.get("/c/floods-0/").status_code == 404
    olu = browser_of(cast.olu)
    assert "Approve River Relief" in olu.get("/operator").text
    olu.post(f"/operator/organisations/{cast.river.public_id}/approve")
    page = olu.get("/operator").text
    assert "Nothing waits." in page
    assert "organisation.approved" in page
    assert client.get("/c/floods-0/").status_code == 200


def test_a_campaign_is_taken_down_and_put_back(
    client: FlaskClient, browser_of: Browser, cast: Cast, session: Session
) -> None:
    title = world.campaign(session, cards=1, organisation=cast.river).title
    olu = browser_of(cast.olu)
    olu.post("/operator/campaigns/floods-0/take-down", data={"reason": "<i>spam</i>"})
    assert client.get("/c/floods-0/").status_code == 404
    assert client.get("/c/floods-0/work").status_code == 404
    page = olu.get("/operator").text
    assert "&lt;i&gt;spam&lt;/i&gt;" in page
    assert f'<td dir="auto">{title}</td>' in page
    assert "Put back" in page
    olu.post("/operator/campaigns/floods-0/put-back")
    assert client.get("/c/floods-0/").status_code == 200


def test_a_failed_job_is_shown_with_its_reason_and_tried_again(
    browser_of: Browser, cast: Cast, session: Session
) -> None:
    job = Job(
        kind="intake", created_at=NOON, state=JobState.failed, reason="the disk is full"
    )
    session.add(job)
    session.commit()
    olu = browser_of(cast.olu)
    assert "the disk is full" in olu.get("/operator").text
    assert olu.post(f"/operator/jobs/{job.public_id}/retry").status_code == 303
    assert olu.post(f"/operator/jobs/{job.public_id}/retry").status_code == 409
    session.refresh(job)
    assert job.state == JobState.waiting
    session.rollback()


def test_eve_and_owners_do_not_learn_that_there_is_a_desk(
    browser_of: Browser, cast: Cast
) -> None:
    for who in (cast.eve, cast.amina):
        browser = browser_of(who)
        assert browser.get("/operator").status_code == 404
        assert "/operator" not in browser.get("/me").text
