"""Workers die, Redis is wiped or away: every job is done once, and nothing is done twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from blueprints.commands import _labour
from config import Config
from microtasks import bell, jobs, private_redis
from microtasks.jobs import Tools, heartbeat, kinds, rows
from microtasks.models import Job, JobState
from tests.faults.houses import await_that, children, is_alive, kill, working
from tests.joblines import lines, write_line

pytestmark = pytest.mark.faults

LINES = 40


def slowly(session: Session, job: Job, tools: Tools) -> Iterator[None]:
    while job.cursor.get("next", 0) < LINES:
        write_line(session, job)
        yield
        time.sleep(0.02)


def greedily(session: Session, job: Job, tools: Tools) -> Iterator[None]:
    yield
    bytearray(6 * 2**30)


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Kinds and shorter leases that forked workers inherit."""
    monkeypatch.setattr(rows, "LEASE", timedelta(seconds=3))
    monkeypatch.setattr(heartbeat, "BEAT_SECONDS", 0.5)
    kinds.register("slowly", slowly)
    kinds.register("greedily", greedily)
    yield
    kinds._registered.clear()


@pytest.fixture(params=["sqlite", "postgresql"])
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Config:
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    instance = tmp_path / "instance"
    instance.mkdir(exist_ok=True)
    url = str(request.getfixturevalue(name))
    return Config(database_url=url, instance_path=str(instance))


@pytest.fixture
def session(config: Config) -> Iterator[Session]:
    with Session(_labour.unpooled_engine(config)) as session:
        yield session


def plan(session: Session, kind: str = "slowly", count: int = 1) -> list[int]:
    planned = [
        jobs.plan(session, kind, arguments={"lines": LINES}, now=datetime.now(UTC))
        for _ in range(count)
    ]
    ids = [job.id for job in planned]
    session.commit()
    return ids


def is_done(session: Session, count: int = 1) -> bool:
    done = session.scalar(
        select(func.count()).select_from(Job).where(Job.state == JobState.done)
    )
    session.rollback()
    return done == count


def lines_done(session: Session, job_id: int) -> int:
    done = session.scalar(select(Job.done).where(Job.id == job_id)) or 0
    session.rollback()
    return done


def each_once(session: Session, count: int = 1) -> bool:
    wanted = [f"line {number}" for number in range(LINES)] * count
    return sorted(lines(session)) == sorted(wanted)


def test_a_killed_child_leaves_a_job_that_another_finishes(
    session: Session, config: Config
) -> None:
    (job_id,) = plan(session)
    with working(config) as foreman:
        for moved in (3, 12):
            await_that(lambda moved=moved: lines_done(session, job_id) > moved)
            for child in children(foreman.pid):
                kill(child)
        await_that(lambda: is_done(session))

    assert each_once(session)


def test_a_killed_worker_takes_its_children_along_and_the_next_one_goes_on(
    session: Session, config: Config
) -> None:
    (job_id,) = plan(session)
    with working(config) as foreman:
        await_that(lambda: lines_done(session, job_id) > 3)
        orphans = children(foreman.pid)
        kill(foreman.pid)
        await_that(lambda: not any(map(is_alive, orphans)), 10)
    assert not is_done(session)

    with working(config):
        await_that(lambda: is_done(session))

    assert each_once(session)


def test_a_worker_told_to_stop_gives_its_job_back_at_once(
    session: Session, config: Config
) -> None:
    (job_id,) = plan(session)
    with working(config):
        await_that(lambda: lines_done(session, job_id) > 3)

    job = session.get_one(Job, job_id)
    assert (job.state, job.lease_until, job.stalled) == (JobState.waiting, None, 0)


def test_two_workers_share_the_jobs_and_do_none_twice(
    session: Session, config: Config
) -> None:
    plan(session, count=6)
    with working(config), working(config):
        await_that(lambda: is_done(session, 6))

    assert each_once(session, 6)


def test_a_step_that_wants_all_memory_ends_its_attempt_and_not_the_machine(
    session: Session, config: Config
) -> None:
    (job_id,) = plan(session, "greedily")
    with working(config):
        await_that(lambda: _reason(session, job_id))

    assert "MemoryError" in _reason(session, job_id)


def _reason(session: Session, job_id: int) -> str:
    reason = session.scalar(select(Job.reason).where(Job.id == job_id))
    session.rollback()
    return reason or ""


def test_a_wiped_redis_loses_no_job(
    session: Session, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    with private_redis.serving() as url:
        heard = Config(config.database, url, instance_path=config.instance_path)
        with working(heard):
            for _ in range(3):
                plan(session)
                bell.ring(url)
                Redis.from_url(url).flushall()
            await_that(lambda: is_done(session, 3))

    assert each_once(session, 3)


def test_without_redis_jobs_are_found_all_the_same(
    session: Session, config: Config, tmp_path: Path
) -> None:
    deaf = Config(
        config.database,
        f"unix://{tmp_path}/nobody.sock",
        instance_path=config.instance_path,
    )
    with working(deaf):
        plan(session)
        await_that(lambda: is_done(session))

    assert each_once(session)
