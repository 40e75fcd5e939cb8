"""Accounts by mail: a new password, an address that is confirmed, and nothing for strangers."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from microtasks import mail
from microtasks.models import Account
from tests.cast import PASSWORD, Cast

NEW = "nine loud herons"
Browser = Callable[[Account], FlaskClient]


def _sign_up(
    client: FlaskClient, email: str = "dana@example.org", **more: str
) -> object:
    form = {"email": email, "name": "Dana", "password": PASSWORD}
    return client.post("/sign-up", data=form | more)


def _mailed_link(caplog: pytest.LogCaptureFixture, what: str) -> str:
    found = re.findall(rf"http://\S+?(/{what}/\S+)", caplog.text)
    return found[-1] if found else ""


def test_a_new_password_by_mail(
    app: Flask,
    client: FlaskClient,
    browser_of: Browser,
    cast: Cast,
    caplog: pytest.LogCaptureFixture,
) -> None:
    signed_in = browser_of(cast.amina)
    with caplog.at_level(logging.INFO, "manyhands.mail"):
        client.post(
            "/reset", data={"email": cast.amina.email}, headers={"Host": "evil.example"}
        )
        app.extensions["errands"].finish()
    link = _mailed_link(caplog, "reset")
    assert "evil.example" not in caplog.text
    assert client.get(link).status_code == 200
    assert client.post(link, data={"password": "short"}).status_code == 422
    assert client.post(link, data={"password": NEW}).location == "/sign-in"
    assert client.post(link, data={"password": NEW}).status_code == 404
    assert client.get(link).status_code == 404
    assert signed_in.get("/me").status_code == 303
    form = {"email": cast.amina.email, "password": NEW}
    assert client.post("/sign-in", data=form).status_code == 303


def test_nothing_is_mailed_to_who_has_no_account(
    app: Flask, client: FlaskClient, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "manyhands.mail"):
        client.post("/reset", data={"email": "nobody@example.org"})
        app.extensions["errands"].finish()
    assert _mailed_link(caplog, "reset") == ""


class Box:
    """A post office that keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[mail.Mail] = []

    def post(self, letter: mail.Mail) -> None:
        self.mails.append(letter)


def test_where_mails_go_out_an_address_is_confirmed_before_it_has_an_account(
    app: Flask, cast: Cast
) -> None:
    from dataclasses import replace

    app.config["MANYHANDS"] = replace(
        app.config["MANYHANDS"], mail_url="smtp://localhost"
    )
    box = app.extensions["errands"].post = Box()
    client, told = app.test_client(), set()
    for email in ("dana@example.org", cast.amina.email):
        answer = client.post("/sign-up", data={"email": email})
        told.add((answer.status_code, answer.text.replace(email, "EMAIL")))
    app.extensions["errands"].finish()
    assert len(told) == 1
    assert [letter.to for letter in box.mails] == ["dana@example.org", cast.amina.email]
    assert "There is one already" in box.mails[1].text
    link = re.search(r"/sign-up/\S+", box.mails[0].text)
    assert link
    form = {"name": "Dana", "password": PASSWORD}
    assert client.post(link[0][:-1] + "x", data=form).status_code == 404
    assert client.post(link[0], data=form).location == "/me"
    assert app.test_client().post(link[0], data=form).status_code == 422
