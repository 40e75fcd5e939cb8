"""Limits: guessing is refused where it comes too often, a classroom behind one address is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints import _limits
from tests.cast import PASSWORD, Cast, sign_in

HTMX = {"HX-Request": "true"}


@pytest.fixture
def limited(build: Callable[..., Flask]) -> Iterator[Flask]:
    """The site with its limits on."""
    site = build(ratelimit_enabled=True)
    site.config["WTF_CSRF_ENABLED"] = False
    _limits.limiter.reset()
    yield site
    _limits.limiter.reset()


def _tries(
    site: Flask, email: str, address: str, browser: FlaskClient | None = None
) -> int:
    form = {"email": email, "password": "wrong wrong"}
    place = {"REMOTE_ADDR": address}
    return (
        (browser or site.test_client())
        .post("/sign-in", data=form, environ_base=place)
        .status_code
    )


def test_the_eleventh_guess_at_an_account_is_refused_from_anywhere(
    limited: Flask, cast: Cast
) -> None:
    tries = [
        _tries(limited, cast.amina.email, f"198.51.100.{each}") for each in range(11)
    ]
    assert tries == [422] * 10 + [429]


def test_guesses_elsewhere_do_not_lock_out_the_owners_own_device(
    limited: Flask, cast: Cast
) -> None:
    own = limited.test_client()
    sign_in(own, cast.amina)
    own.delete_cookie("session")
    for each in range(11):
        _tries(limited, cast.amina.email, f"198.51.100.{each}")
    stranger = {"email": cast.amina.email, "password": PASSWORD}
    assert limited.test_client().post("/sign-in", data=stranger).status_code == 429
    sign_in(own, cast.amina)


def test_one_password_tried_on_many_accounts_is_refused(
    limited: Flask, cast: Cast
) -> None:
    tries = [
        _tries(limited, f"a{each}@example.org", "203.0.113.9") for each in range(40)
    ]
    assert tries == [422] * 30 + [429] * 10
    answer = limited.test_client().post(
        "/sign-in",
        data={"email": "x@y.org", "password": "x"},
        environ_base={"REMOTE_ADDR": "203.0.113.9"},
    )
    assert int(answer.headers["Retry-After"]) > 0
    assert "A little slower" in answer.text


def test_a_classroom_signs_in_from_one_address(limited: Flask, cast: Cast) -> None:
    for _ in range(35):
        sign_in(limited.test_client(), cast.vic)


def test_mails_to_one_address_are_few(limited: Flask, cast: Cast) -> None:
    posts = [
        limited.test_client().post("/reset", data={"email": cast.amina.email})
        for _ in range(6)
    ]
    assert [post.status_code for post in posts] == [200] * 5 + [429]
    limited.extensions["errands"].finish()
