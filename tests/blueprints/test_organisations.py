"""Organisations' pages: founding, members, invitations."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks.models import Account, Membership, Organisation, Role
from tests import world
from tests.cast import Cast, sign_in
from tests.conftest import open_session

Browser = Callable[[Account], FlaskClient]


def _role(
    session: Session, account: Account, organisation: Organisation
) -> Role | None:
    with open_session(str(session.get_bind().url)) as own:
        found = own.scalar(
            select(Membership.role).where(
                Membership.account_id == account.id,
                Membership.organisation_id == organisation.id,
            )
        )
        own.close()
        own.get_bind().dispose()
    return found


def test_somebody_founds_an_organisation_and_owns_it(
    browser_of: Browser, cast: Cast
) -> None:
    browser = browser_of(cast.eve)
    answer = browser.post(
        "/organisations/new", data={"name": "Hill Aid", "about": "We help."}
    )
    page = browser.get(answer.location).text
    assert "Hill Aid" in page
    assert "Invite somebody" in page
    assert "Not approved yet" in page
    again = browser.post("/organisations/new", data={"name": "hill aid"})
    assert again.status_code == 422
    assert "Another organisation has this name." in again.text


def test_an_invitation_is_shown_as_a_link_and_makes_a_member(
    app: Flask, browser_of: Browser, cast: Cast, session: Session
) -> None:
    amina, eve = browser_of(cast.amina), browser_of(cast.eve)
    place = f"/organisations/{cast.river.public_id}"
    form = {"email": cast.eve.email, "role": "reviewer"}
    page = amina.post(f"{place}/invitations", data=form, follow_redirects=True).text
    app.extensions["errands"].finish()
    link = re.search(r"http://[^/\s]+(/invitations/[\w-]+)", html.unescape(page))
    assert link
    assert "River Relief</span> invites you" in eve.get(link[1]).text
    assert eve.post(link[1]).location == place
    assert _role(session, cast.eve, cast.river) == Role.reviewer
    assert browser_of(cast.olu).post(link[1]).status_code == 404


def test_an_invitation_is_withdrawn(
    app: Flask, browser_of: Browser, cast: Cast
) -> None:
    amina = browser_of(cast.amina)
    place = f"/organisations/{cast.river.public_id}"
    form = {"email": cast.eve.email, "role": "owner"}
    page = amina.post(f"{place}/invitations", data=form, follow_redirects=True).text
    app.extensions["errands"].finish()
    link = re.search(r"/invitations/[\w-]{30,}", page)
    assert link
    amina.post(f"{place}/invitations/withdraw", data={"email": cast.eve.email})
    assert browser_of(cast.eve).get(link[0]).status_code == 404


def test_faults_of_an_invitation_come_back(browser_of: Browser, cast: Cast) -> None:
    amina = browser_of(cast.amina)
    place = f"/organisations/{cast.river.public_id}/invitations"
    for form in (
        {"email": "nobody", "role": "viewer"},
        {"email": "a@b.org", "role": "king"},
        {},
    ):
        answer = amina.post(place, data=form)
        assert answer.status_code == 422
        assert "Please look at these again" in answer.text


def test_roles_are_set_and_taken(
    browser_of: Browser, cast: Cast, session: Session
) -> None:
    amina, ben = browser_of(cast.amina), browser_of(cast.ben)
    ben_here = f"/organisations/{cast.river.public_id}/members/{cast.ben.public_id}"
    assert amina.post(f"{ben_here}/role", data={"role": "king"}).status_code == 422
    amina.post(f"{ben_here}/role", data={"role": "manager"})
    assert _role(session, cast.ben, cast.river) == Role.manager
    amina.post(f"{ben_here}/remove")
    assert _role(session, cast.ben, cast.river) is None
    assert ben.get(f"/organisations/{cast.river.public_id}").status_code == 404


def test_the_last_owner_cannot_leave(browser_of: Browser, cast: Cast) -> None:
    amina = browser_of(cast.amina)
    me = f"/organisations/{cast.river.public_id}/members/{cast.amina.public_id}"
    for path, form in ((f"{me}/role", {"role": "viewer"}), (f"{me}/remove", {})):
        answer = amina.post(path, data=form)
        assert answer.status_code == 409
        assert "at least one owner" in answer.text


def test_words_are_changed_and_campaigns_listed(
    browser_of: Browser, cast: Cast, session: Session
) -> None:
    world.campaign(session, cards=0, organisation=cast.river, title="<b>Floods</b>")
    amina = browser_of(cast.amina)
    place = f"/organisations/{cast.river.public_id}"
    amina.post(
        f"{place}/edit", data={"name": "River Relief", "about": "<script>x</script>"}
    )
    page = amina.get(place).text
    assert "&lt;b&gt;Floods&lt;/b&gt;" in page
    assert "<script>x" not in page


def test_a_viewer_sees_members_but_no_buttons_and_no_addresses(
    browser_of: Browser, cast: Cast
) -> None:
    page = browser_of(cast.vic).get(f"/organisations/{cast.river.public_id}").text
    assert "Amina" in page
    assert "Remove" not in page
    assert "@example.org" not in page


def test_eve_finds_nothing(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.eve)
    place = f"/organisations/{cast.river.public_id}"
    missing = client.get("/organisations/nothing")
    there = client.get(place)
    assert (there.status_code, missing.status_code) == (404, 404)
    strip = re.compile(r"[0-9a-f]{16}")
    assert strip.sub("", there.text) == strip.sub("", missing.text)
