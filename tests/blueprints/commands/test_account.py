"""`flask account`."""

from __future__ import annotations

import json

from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks.models import Account
from tests.cast import PASSWORD, Cast, sign_in


def test_a_fresh_site_has_no_account_until_an_operator_is_made(
    app: Flask, runner: FlaskCliRunner, session: Session
) -> None:
    assert session.scalars(select(Account)).all() == []
    session.rollback()
    args = ["account", "create-operator", "--email", "Olu@Example.org", "--json"]
    told = json.loads(runner.invoke(args=args).stdout)
    assert told["email"] == "olu@example.org"
    assert len(told["password"]) >= 20
    client = app.test_client()
    form = {"email": told["email"], "password": told["password"]}
    assert client.post("/sign-in", data=form).status_code == 303
    assert client.get("/operator").status_code == 200


def test_a_password_can_be_given_and_is_not_repeated(
    app: Flask, runner: FlaskCliRunner
) -> None:
    args = [
        "account",
        "create-operator",
        "--email",
        "olu@example.org",
        "--name",
        "Olu",
        "--password-stdin",
    ]
    result = runner.invoke(args=args, input=PASSWORD + "\n")
    assert result.exit_code == 0
    assert PASSWORD not in result.stdout
    sign_in(app.test_client(), "olu@example.org")


def test_an_account_that_exists_becomes_an_operator_and_keeps_its_password(
    app: Flask, runner: FlaskCliRunner, cast: Cast
) -> None:
    args = ["account", "create-operator", "--email", cast.ben.email, "--json"]
    assert json.loads(runner.invoke(args=args).stdout) == {
        "email": cast.ben.email,
        "created": False,
    }
    assert sign_in(app.test_client(), cast.ben).get("/operator").status_code == 200


def test_refusals_are_sentences(runner: FlaskCliRunner) -> None:
    for args, sentence in (
        (
            ["account", "create-operator", "--email", "nobody"],
            "That is not an e-mail address.",
        ),
        (["account", "disable", "nobody@example.org"], "No account has this address."),
    ):
        result = runner.invoke(args=args)
        assert result.exit_code == 1
        assert sentence in result.output
        assert "Traceback" not in result.output
