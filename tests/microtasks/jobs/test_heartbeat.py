"""The heartbeat: a long step keeps its job, an endless one loses it."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from microtasks import jobs
from microtasks.jobs import heartbeat, rows
from microtasks.models import Job
from tests.conftest import NOON


class Beats:
    """A clock that is later at each look, and tells how often it was looked at."""

    def __init__(self) -> None:
        self.now = NOON
        self.twice = threading.Event()

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=10)
        if self.now >= NOON + timedelta(seconds=30):
            self.twice.set()
        return self.now


@pytest.fixture
def held(session_on_each: Session) -> rows.Held:
    job = jobs.plan(session_on_each, "test", now=NOON)
    session_on_each.commit()
    held = rows.take(session_on_each, job.id, NOON)
    session_on_each.commit()
    assert held is not None
    return held


def test_a_long_step_keeps_its_lease(
    session_on_each: Session, held: rows.Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "BEAT_SECONDS", 0.01)
    clock = Beats()

    with heartbeat.Heartbeat(session_on_each.get_bind(), held, clock):
        assert clock.twice.wait(10)

    lease = session_on_each.get_one(Job, held.id).lease_until
    assert lease == clock.now + rows.LEASE


def test_a_step_that_never_ends_loses_its_lease(
    session_on_each: Session, held: rows.Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(heartbeat, "LONGEST_STEP_SECONDS", -1.0)
    beat = heartbeat.Heartbeat(session_on_each.get_bind(), held, Beats())

    with beat:
        beat._thread.join(10)
        assert not beat._thread.is_alive()

    lease = session_on_each.get_one(Job, held.id).lease_until
    assert lease == NOON + rows.LEASE
