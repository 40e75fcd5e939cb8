"""Errands: small things done after the answer, so that it takes as long whether there was something to do or not."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import cast

from flask import Flask, current_app, g, has_request_context

from config import Config
from microtasks import mail

log = logging.getLogger("manyhands.errands")


class Errands:
    """One thread that runs errands in the site's context, one after the other."""

    def __init__(self, app: Flask, post: mail.Post) -> None:
        self.post = post
        self._app = app
        self._pool = ThreadPoolExecutor(1, "errands")
        self._open: set[Future[None]] = set()

    def send(self, letter: mail.Mail) -> None:
        """Send a mail."""
        self.run(lambda: self.post.post(letter))

    def run(self, errand: Callable[[], None]) -> None:
        """Do something after the answer; what goes wrong is logged."""
        if has_request_context():
            g.setdefault("errands", []).append(errand)
        else:
            self._start(errand)

    def start_pending(self, error: BaseException | None = None) -> None:
        """Begin what this request asked for, now that its answer is written."""
        for errand in g.pop("errands", []):
            self._start(errand)

    def _start(self, errand: Callable[[], None]) -> None:
        future = self._pool.submit(self._do, errand)
        self._open.add(future)
        future.add_done_callback(self._open.discard)

    def _do(self, errand: Callable[[], None]) -> None:
        with self._app.app_context():
            try:
                errand()
            except Exception:
                log.exception("an errand failed")

    def finish(self) -> None:
        """Wait until nothing is left to do."""
        wait(list(self._open))


def init_app(app: Flask) -> None:
    """Open the site's post office."""
    config: Config = app.config["MANYHANDS"]
    post = mail.post_for(config.mail_url, config.mail_from)
    made = app.extensions["errands"] = Errands(app, post)
    app.teardown_request(made.start_pending)


def errands() -> Errands:
    """Return the site's errands."""
    return cast(Errands, current_app.extensions["errands"])
