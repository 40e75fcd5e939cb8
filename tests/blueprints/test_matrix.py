"""Every route, asked by everybody, plainly and by htmx, against `matrix.toml`; a rule without its line fails."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from microtasks.models import (
    CampaignState,
    Job,
    JobState,
)
from tests import world
from tests.blueprints import rules
from tests.blueprints.rules import Route
from tests.cast import Cast, sign_in
from tests.conftest import NOON

MATRIX = tomllib.loads(Path(__file__).with_name("matrix.toml").read_text())
WHO = ("nobody", "eve", "vic", "ben", "mara", "amina", "olu")
REFUSALS = {401, 403, 404, 405, 410}


def lines(table: str) -> dict[tuple[str, str], list[str]]:
    """Return {(method, rule): the seven cells} of one table of the file."""
    found = {}
    for key, cells in MATRIX[table].items():
        *methods, rule = key.split()
        for method in methods:
            found[method, rule] = cells.split()
    return found


@dataclass
class Stand:
    """The site with a cast, signed-in browsers, things to ask for, and its database as it was at first."""

    app: Flask
    browsers: dict[str, FlaskClient]
    names: dict[str, dict[str, str]]
    file: Path
    values: dict[str, str] = field(default_factory=dict)

    mark: object = None

    def take(self, slug: str) -> None:
        """Ask for the things of this campaign from now on."""
        self.values = self.names[slug]

    def begin_again(self) -> None:
        """Put the database back as it was, if the request before has changed it."""
        self.app.extensions["errands"].finish()
        if self.is_unchanged():
            return
        with self.app.app_context():
            self.app.extensions["sqlalchemy"].engine.dispose()
        for rest in self.file.parent.glob(f"{self.file.name}-*"):
            rest.unlink()
        shutil.copy(self.file.with_suffix(".first"), self.file)
        self.mark = self._mark()

    def is_unchanged(self) -> bool:
        """Say whether nothing was committed since the beginning."""
        return self.mark is not None and self.mark == self._mark()

    def _mark(self) -> list[tuple[str, int, int]]:
        # SQLite writes nothing into the log but what transactions commit.
        parts = [
            path
            for path in self.file.parent.glob(f"{self.file.name}*")
            if path.stat().st_size
        ]
        told = [
            (path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in parts
        ]
        return sorted(part for part in told if not part[0].endswith("-shm"))

    def ask(self, method: str, path: str, who: str, **headers: str) -> TestResponse:
        """Ask as somebody, with an empty form; nothing stays changed."""
        if method != "GET":
            self.begin_again()
        browser = self.browsers[who]
        kept = {name: browser.get_cookie(name) for name in ("session", "volunteer")}
        answer = browser.open(path, method=method, headers=headers)
        for name, cookie in kept.items():
            browser.delete_cookie(name)
            if cookie:
                browser.set_cookie(name, cookie.value)
        return answer


@pytest.fixture
def stand(app: Flask, session: Session, cast: Cast, sqlite_url: str) -> Iterator[Stand]:
    """The whole stand; its values name things of River Relief."""
    job = Job(kind="intake", created_at=NOON, state=JobState.failed)
    session.add(job)
    rivers = {"organisation": cast.river}
    names = {
        "draft": world.furnish(
            session, "draft", state=CampaignState.draft, opened_at=None, **rivers
        ),
        "open": world.furnish(session, "open", **rivers),
        "deleted": world.furnish(session, "deleted", deleted_at=NOON, **rivers),
        "nothing": {"slug": "nothing"},
        "eves": world.furnish(session, "eves", organisation=cast.others),
    }
    common = MATRIX["values"] | {
        "organisation": cast.river.public_id,
        "member": cast.ben.public_id,
        "job": job.public_id,
    }
    browsers = {who: app.test_client() for who in WHO}
    for who in WHO[1:]:
        sign_in(browsers[who], getattr(cast, who))
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    session.close()
    session.get_bind().dispose()
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()  # folds the log into the file
    shutil.copy(file, file.with_suffix(".first"))
    yield Stand(
        app, browsers, {slug: common | named for slug, named in names.items()}, file
    )
    app.extensions["errands"].finish()


def seen(answer: TestResponse) -> str:
    """Say in a cell's words what an answer is."""
    target = answer.headers.get("Location") or answer.headers.get("HX-Redirect") or ""
    if target.startswith("/sign-in?next=") or target == "/sign-in":
        return "sign-in"
    if answer.status_code in REFUSALS or answer.status_code >= 500:
        return str(answer.status_code)
    return "ok"


def deviations(
    stand: Stand,
    route: Route,
    table: dict[tuple[str, str], list[str]],
    ways: tuple[dict[str, str], ...] = ({}, {"HX-Request": "true"}),
) -> list[str]:
    """Ask one rule by all methods, as everybody, plainly and by htmx; return what is not as the file says."""
    found = []
    path = rules.address(route, stand.values)
    for method in sorted(route.methods):
        for who, expected in zip(WHO, table[method, route.rule], strict=True):
            for headers in ways:
                answer = stand.ask(method, path, who, **headers)
                got = seen(answer)
                signs_in = route.endpoint in {"accounts.sign_in", "resets.reset"}
                if expected not in ("any", got) and not (signs_in and expected == "ok"):
                    found.append(
                        f"{method} {route.rule} {headers or ''}: {who} got {got}, not {expected}"
                    )
    return found


def test_every_rule_has_its_line(app: Flask) -> None:
    known = lines("rules")
    missing = [
        f'"{" ".join(sorted(route.methods))} {route.rule}" = "{" ".join(["ok"] * len(WHO))}"'
        for route in rules.all_rules(app)
        if any((method, route.rule) not in known for method in route.methods)
    ]
    assert not missing, (
        "add to tests/blueprints/matrix.toml, with the right cells:\n"
        + "\n".join(missing)
    )


def test_no_line_is_without_its_rule(app: Flask) -> None:
    there = {
        (method, route.rule)
        for route in rules.all_rules(app)
        for method in route.methods
    }
    assert not set(lines("rules")) - there
    assert not set(lines("public")) - set(lines("rules"))


def test_every_cell_of_the_matrix(stand: Stand) -> None:
    stand.take("draft")
    table = lines("rules")
    listed = [route for route in rules.all_rules(stand.app) if _is_listed(route, table)]
    found = [each for route in listed for each in deviations(stand, route, table)]
    assert not found, "\n".join(found)


def test_an_open_campaign_shows_strangers_what_the_file_says(stand: Stand) -> None:
    table = lines("rules") | lines("public")
    stand.take("open")
    found = [
        each
        for route in rules.all_rules(stand.app)
        if "<slug>" in route.rule and _is_listed(route, table)
        for each in deviations(stand, route, table, ways=({},))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("slug", ["deleted", "nothing"])
def test_a_deleted_campaign_looks_like_one_that_never_was(
    stand: Stand, slug: str
) -> None:
    stand.take(slug)
    for route in rules.all_rules(stand.app):
        if "<slug>" not in route.rule:
            continue
        for method in route.methods:
            for who in WHO:
                answer = stand.ask(method, rules.address(route, stand.values), who)
                assert seen(answer) in {"404", "sign-in"}, (method, route.rule, who)
                assert "floods" not in answer.text.lower()


def test_eves_own_things_do_not_open_those_of_river_relief(stand: Stand) -> None:
    """Each address of River Relief's things that carries an id, asked by eve: nothing of it is there."""
    stand.take("draft")
    owned = ("<slug>", "<organisation>", "<job>")
    for route in rules.all_rules(stand.app):
        if not any(part in route.rule for part in owned):
            continue
        for method in route.methods:
            answer = stand.ask(method, rules.address(route, stand.values), "eve")
            assert answer.status_code == 404, (method, route.rule)


def test_things_of_river_relief_are_not_in_eves_campaign(stand: Stand) -> None:
    """Her own campaign's address with an id of theirs in it: she may act on hers, and theirs is not there."""
    stand.values = stand.names["draft"] | {"slug": "eves"}
    inner = ("<card>", "<report>", "<upload>")
    for route in rules.all_rules(stand.app):
        if "<slug>" not in route.rule or not any(part in route.rule for part in inner):
            continue
        for method in route.methods:
            answer = stand.ask(method, rules.address(route, stand.values), "eve")
            assert answer.status_code == 404, (method, route.rule)


def test_what_is_only_read_writes_nothing(stand: Stand) -> None:
    """But for the views that say so (a card is leased), and the hour at which a sign-in was last used."""
    stand.take("open")
    stand.begin_again()
    for route in rules.all_rules(stand.app):
        view = stand.app.view_functions[route.endpoint]
        if "GET" not in route.methods or getattr(view, "writes_on_get", False):
            continue
        for who in ("nobody", "amina", "olu"):
            stand.ask("GET", rules.address(route, stand.values), who)
            assert stand.is_unchanged(), (route.rule, who)


def test_a_method_that_a_rule_does_not_take_is_refused(stand: Stand) -> None:
    stand.take("draft")
    taken: dict[str, set[str]] = {}
    for route in rules.all_rules(stand.app):
        taken.setdefault(route.rule, set()).update(route.methods)
    for route in rules.all_rules(stand.app):
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"} - taken[
            route.rule
        ]:
            answer = stand.browsers["amina"].open(
                rules.address(route, stand.values), method=method
            )
            # 308: with a slash at its end the address is another rule's.
            assert answer.status_code in {405, 308}, (method, route.rule)


def _is_listed(route: Route, table: dict[tuple[str, str], list[str]]) -> bool:
    return all((method, route.rule) in table for method in route.methods)
