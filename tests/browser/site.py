"""The real site on a port, a real browser before it, and somebody who notes whatever must not happen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, request
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from sqlalchemy.orm import Session

from app import create_app
from blueprints.commands import _local_site
from config import Config
from tests import desk
from tests.conftest import open_session

#: Chromium writes a line for each answer that says no; those are looked at as answers.
_ANSWERED_NO = "the server responded with a status of 4"


@dataclass
class Guard:
    """Notes what no page may do: errors, broken policies, other hosts, faults of the server."""

    host: str = ""
    seen: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Listen to everything that a context says and asks for."""
        context.on("console", self._said)
        context.on("weberror", lambda error: self.seen.append(f"error: {error.error}"))
        context.on("request", lambda asked: self._asked(asked.url))

    def answered(self, answer: Response) -> Response:
        """Look at an answer from the server's side: the browser hides its reports."""
        if answer.status_code >= 500:
            self.seen.append(f"{answer.status_code}: {request.method} {request.path}")
        if request.path == "/csp-report":
            self.seen.append(f"policy: {request.get_data(as_text=True)[:500]}")
        return answer

    def check(self) -> None:
        """Fail if anything was noted, and begin anew."""
        seen, self.seen[:] = list(self.seen), []
        assert not seen, "\n".join(seen)

    def _said(self, line: ConsoleMessage) -> None:
        if line.type in {"error", "warning"} and _ANSWERED_NO not in line.text:
            self.seen.append(f"console: {line.text}")

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.netloc != self.host and parts.scheme not in {"data", "blob"}:
            self.seen.append(f"another host: {url}")


@dataclass
class Site:
    """The site, its address, and its visitors' browsers."""

    app: Flask
    address: str
    guard: Guard
    browser: Browser

    def visitor(self, **options: Any) -> Page:
        """A tab of somebody whom the site has never seen."""
        settings: dict[str, Any] = {"base_url": self.address, "locale": "en-GB"}
        context = self.browser.new_context(**(settings | options))
        context.set_default_timeout(10_000)
        self.guard.watch(context)
        return context.new_page()

    def work(self) -> None:
        """Let a worker do what waits."""
        desk.work(self.app)

    def session(self) -> Session:
        """A session on the site's database."""
        return open_session(self.app.config["SQLALCHEMY_DATABASE_URI"])


@contextmanager
def standing(folder: Path, template: Path, browser: Browser) -> Iterator[Site]:
    """Serve a whole site, with all its guards, on a database of its own; every tab is closed at its end."""
    database = folder / "instance" / "manyhands.sqlite"
    database.parent.mkdir(parents=True)
    shutil.copy(template, database)
    app = create_app(
        Config(
            instance_path=str(database.parent), secret_key="k", ratelimit_enabled=False
        )
    )
    guard = Guard()
    app.after_request(guard.answered)
    with _local_site.serving(app) as address:
        guard.host = urlsplit(address).netloc
        yield Site(app, address, guard, browser)
        for context in browser.contexts:
            context.close()
    app.extensions["errands"].finish()
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
