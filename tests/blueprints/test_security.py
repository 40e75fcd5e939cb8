"""What guards every answer: headers, tokens, origins, hosts, limits, logs."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints import _limits, _logs, _security
from tests.blueprints import rules
from tests.cast import PASSWORD, Cast, sign_in

HTMX = {"HX-Request": "true"}


def test_every_route_answers_with_the_whole_set(
    app: Flask, browser_of, cast: Cast
) -> None:
    browsers = [app.test_client(), browser_of(cast.vic), browser_of(cast.amina)]
    for rule in rules.all_rules(app):
        for browser in browsers:
            for headers in ({}, HTMX):
                answer = browser.open(
                    rules.address(rule, {}),
                    method=rule.methods_tried[0],
                    headers=headers,
                )
                for name, value in _security.HEADERS.items():
                    assert answer.headers.getlist(name) == [value] or (
                        name == "Content-Security-Policy"
                        and "sandbox" in answer.headers[name]
                    ), (rule.rule, name)
                assert "Strict-Transport-Security" not in answer.headers
                assert "Access-Control-Allow-Origin" not in answer.headers
                assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-ID"])
                if answer.mimetype == "text/html":
                    assert "HX-Request" in answer.vary, rule.rule
                    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_errors_have_the_whole_set_too(client: FlaskClient) -> None:
    for answer in (
        client.get("/nothing"),
        client.open("/", method="TRACE"),
        client.get("/sign-out"),
    ):
        assert answer.status_code in {404, 405}
        assert answer.headers["Content-Security-Policy"] == _security.POLICY


@pytest.mark.parametrize(
    "path", ["/.git/config", "/static/", "/metrics", "/console", "/static/../app.py"]
)
def test_what_is_not_for_visitors_is_not_there(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_under_https_cookies_are_bound_to_the_host(build: Callable[..., Flask]) -> None:
    site = build(public_url="https://hands.example.org")
    answer = site.test_client().get("/sign-in", base_url="https://hands.example.org")
    assert answer.headers["Strict-Transport-Security"] == _security.HSTS
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert part in cookie.split("; "), cookie
        assert "Domain" not in cookie


def test_an_unknown_host_is_refused_where_the_site_knows_its_name(
    build: Callable[..., Flask],
) -> None:
    site = build(public_url="https://hands.example.org")
    assert (
        site.test_client().get("/healthz", base_url="https://evil.example").status_code
        == 400
    )
    assert (
        site.test_client()
        .get("/healthz", base_url="https://hands.example.org")
        .status_code
        == 200
    )


def _token(browser: FlaskClient, path: str = "/sign-in") -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(path).text)
    assert found
    return found[1]


def test_every_unsafe_route_wants_a_token_of_this_session(
    build: Callable[..., Flask], cast: Cast
) -> None:
    site = build()
    browser, other = site.test_client(), site.test_client()
    site.config["WTF_CSRF_ENABLED"] = False
    sign_in(browser, cast.amina)
    site.config["WTF_CSRF_ENABLED"] = True
    foreign = _token(other)
    for rule in rules.all_rules(site):
        if rule.endpoint in rules.WITHOUT_TOKEN or "POST" not in rule.methods:
            continue
        path = rules.address(rule, {})
        for form in ({}, {"csrf_token": foreign}, {"csrf_token": "made up"}):
            answer = browser.post(path, data=form)
            assert answer.status_code == 400, rule.rule
            assert "Nothing was changed." in answer.text


def test_every_unsafe_route_refuses_other_sites(
    app: Flask, browser_of, cast: Cast
) -> None:
    browser = browser_of(cast.amina)
    for rule in rules.all_rules(app):
        if rule.endpoint in rules.WITHOUT_TOKEN or "POST" not in rule.methods:
            continue
        for headers in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ):
            answer = browser.post(rules.address(rule, {}), headers=headers)
            assert answer.status_code == 403, (rule.rule, headers)
    assert browser.get("/me").status_code == 200  # not even signed out


def test_pictures_of_cards_are_not_shown_on_other_sites(app: Flask) -> None:
    browser = app.test_client()
    for path in ("/picture/made-up", "/manage/any/cards/any/picture"):
        for site in ("cross-site", "same-site"):
            answer = browser.get(path, headers={"Sec-Fetch-Site": site})
            assert answer.status_code == 403, (path, site)
        own = browser.get(path, headers={"Sec-Fetch-Site": "same-origin"})
        assert own.status_code != 403


def test_a_form_of_our_own_passes(build: Callable[..., Flask], cast: Cast) -> None:
    browser = build().test_client()
    form = {
        "email": cast.amina.email,
        "password": PASSWORD,
        "csrf_token": _token(browser),
    }
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert browser.post("/sign-in", data=form, headers=headers).status_code == 303


def test_a_form_opened_before_the_key_changed_still_passes(
    build: Callable[..., Flask], cast: Cast
) -> None:
    before, after = (
        build(),
        build(secret_key="the-new-key", secret_key_fallbacks="a-key-for-tests-only"),
    )
    browser = before.test_client()
    token = _token(browser)
    cookie = browser.get_cookie("session")
    assert cookie
    later = after.test_client()
    later.set_cookie("session", cookie.value)
    form = {"email": cast.amina.email, "password": PASSWORD, "csrf_token": token}
    assert later.post("/sign-in", data=form).status_code == 303


def test_what_browsers_report_is_one_line_and_nothing_else(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    report = {
        "csp-report": {
            "blocked-uri": "http://evil\r\n\x1b[2Jforged",
            "effective-directive": "img-src",
        }
    }
    with caplog.at_level(logging.WARNING):
        answer = client.post(
            "/csp-report",
            data=json.dumps(report),
            content_type="application/csp-report",
        )
    assert answer.status_code == 204
    said = [
        record.getMessage()
        for record in caplog.records
        if record.name == "manyhands.csp"
    ]
    assert len(said) == 1
    assert len(said[0].splitlines()) == 1
    assert "\x1b" not in said[0]
    for rubbish in (b"", b"[]", b'{"csp-report": 7}', b"\xff", b"{" * 20000):
        assert client.post("/csp-report", data=rubbish).status_code == 400


def test_a_log_line_is_one_line_whatever_is_said() -> None:
    evil = "a\r\nb\x1b[2J\u2028\u202e\x85"
    record = logging.LogRecord("manyhands", logging.INFO, "", 0, "%s", (evil,), None)
    line = _logs.OneLine().format(record)
    assert len(line.splitlines()) == 1
    assert not set("\x1b\x85\u2028\u202e") & set(line)
    assert json.loads(line)["said"] == evil


def test_the_log_of_requests_names_rules_and_no_secrets(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "manyhands"):
        client.get(
            "/reset/very-secret?email=a@b.org", headers={"User-Agent": "x\x1b[2J"}
        )
    assert "/reset/<token>" in caplog.text
    assert "very-secret" not in caplog.text
    assert "a@b.org" not in caplog.text


def test_each_refusal_is_one_line_that_says_who_and_what(
    browser_of: Callable[..., FlaskClient], cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    eve = browser_of(cast.eve)
    with caplog.at_level(logging.WARNING, "manyhands.audit"):
        eve.get("/operator")
        eve.get(f"/organisations/{cast.river.public_id}")
        eve.post("/sign-in", data={"email": cast.amina.email, "password": "a guess"})
    said = [
        line.getMessage()
        for line in caplog.records
        if line.name == "manyhands.audit" and line.levelno == logging.WARNING
    ]
    assert said == [
        f"refused: {cast.eve.public_id}, site.operate",
        f"refused: {cast.eve.public_id}, organisation.view",
        "refused: nobody, sign in",
    ]


def test_pages_of_somebody_signed_in_are_not_kept(
    app: Flask, browser_of: Callable[..., FlaskClient], cast: Cast
) -> None:
    browser = browser_of(cast.amina)
    for route in rules.all_rules(app):
        answer = browser.get(rules.address(route, {}))
        if answer.mimetype == "text/html":
            assert answer.headers["Cache-Control"] == "no-store", route.rule
    assert "no-store" not in app.test_client().get("/").headers["Cache-Control"]


def test_the_address_behind_one_trusted_proxy_is_the_last_one_named(
    build: Callable[..., Flask],
) -> None:
    seen = []
    forged = {"X-Forwarded-For": "6.6.6.6, 198.51.100.7"}
    for hops, expected in ((0, "127.0.0.1"), (1, "198.51.100.7"), (2, "6.6.6.6")):
        site = build(trusted_proxies=hops)
        site.before_request(lambda: seen.append(_limits.address()))
        site.test_client().get("/healthz", headers=forged)
        assert seen[-1] == expected


def test_a_home_has_one_address_however_many_it_uses(app: Flask) -> None:
    for given, counted in (
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix", "unix"),
    ):
        with app.test_request_context(environ_base={"REMOTE_ADDR": given}):
            assert _limits.address() == counted
