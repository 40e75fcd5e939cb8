"""One's own account."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from microtasks.models import Account
from tests.cast import PASSWORD, Cast, sign_in

NEW = "nine loud herons"
Browser = Callable[[Account], FlaskClient]


def test_the_page_names_the_account_and_its_organisations(
    browser_of: Browser, cast: Cast
) -> None:
    page = browser_of(cast.ben).get("/me").text
    assert "ben@example.org" in page
    assert "River Relief" in page
    assert "you are reviewer" in page


def test_a_name_is_changed_and_shown_as_text(browser_of: Browser, cast: Cast) -> None:
    browser = browser_of(cast.amina)
    evil = '"><svg/onload=alert(1)>'
    assert browser.post("/me/name", data={"name": evil}).status_code == 303
    page = browser.get("/me").text
    assert "<svg/onload" not in page
    assert "&lt;svg/onload=alert(1)&gt;" in page


def test_a_new_password_needs_the_old_one_and_ends_other_sign_ins(
    browser_of: Browser, cast: Cast
) -> None:
    here, there = browser_of(cast.amina), browser_of(cast.amina)
    answer = here.post("/me/password", data={"old": "wrong", "password": NEW})
    assert answer.status_code == 422
    assert "That is not your password now." in answer.text
    assert (
        here.post(
            "/me/password", data={"old": PASSWORD, "password": NEW, "others": "y"}
        ).status_code
        == 303
    )
    assert here.get("/me").status_code == 200
    assert there.get("/me").status_code == 303


def test_other_sign_ins_stay_when_that_is_wished(
    browser_of: Browser, cast: Cast
) -> None:
    here, there = browser_of(cast.amina), browser_of(cast.amina)
    here.post("/me/password", data={"old": PASSWORD, "password": NEW})
    assert there.get("/me").status_code == 200
    here.post("/me/sign-out-others")
    assert there.get("/me").status_code == 303
    assert here.get("/me").status_code == 200


def test_a_new_address_needs_the_password(browser_of: Browser, cast: Cast) -> None:
    browser = browser_of(cast.amina)
    new = {"email": "amina@new.example"}
    assert (
        browser.post("/me/email", data=new | {"password": "wrong"}).status_code == 422
    )
    assert browser.post("/me/email", data=new).status_code == 422
    assert "amina@example.org" in browser.get("/me").text
    assert (
        browser.post("/me/email", data=new | {"password": PASSWORD}).status_code == 303
    )
    assert "amina@new.example" in browser.get("/me").text


def test_not_me_ends_the_sign_in_and_begins_a_new_volunteer(
    client: FlaskClient, cast: Cast
) -> None:
    sign_in(client, cast.vic)
    before = client.get_cookie("volunteer").value
    answer = client.post("/me/fresh", query_string={"next": "/c/floods-0/work"})
    assert answer.location == "/c/floods-0/work"
    assert client.get_cookie("volunteer").value != before
    assert client.get("/me").status_code == 303


def test_eve_sees_nothing_of_others(browser_of: Browser, cast: Cast) -> None:
    page = browser_of(cast.eve).get("/me").text
    assert "River Relief" not in page
    assert "amina" not in page.lower()
