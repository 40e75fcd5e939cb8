"""A thread that keeps a job's lease alive during a long step, and lets it lapse when a step never ends."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from types import TracebackType

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from microtasks.jobs import rows

log = logging.getLogger(__name__)

BEAT_SECONDS = 5.0
#: A step that takes longer than this hangs; another worker may have the job.
LONGEST_STEP_SECONDS = 600.0


class Heartbeat:
    """While entered, renews the lease of one attempt through a connection of its own."""

    def __init__(
        self,
        bind: Engine | Connection,
        held: rows.Held,
        clock: Callable[[], datetime],
    ) -> None:
        self._bind, self._held, self._clock = bind, held, clock
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self.stepped()

    def stepped(self) -> None:
        """Say that a step ended: the next one has its full time."""
        self._hangs_at = time.monotonic() + LONGEST_STEP_SECONDS

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._ended.wait(BEAT_SECONDS):
            if time.monotonic() > self._hangs_at:
                log.error("job %s hangs; its lease is left to lapse", self._held.id)
                return
            self._renew()

    def _renew(self) -> None:
        try:
            with Session(self._bind) as session, session.begin():
                rows.renew(session, self._held, self._clock())
        except SQLAlchemyError as error:  # the next beat may get through
            log.warning("job %s: no heartbeat: %s", self._held.id, error)
