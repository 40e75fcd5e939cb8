"""Jobs that cannot go on: tried again later, given up after five attempts that moved nothing, or refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.orm import Session

from microtasks import jobs
from microtasks.errors import UploadRejected
from microtasks.jobs import Tools
from microtasks.models import Job, JobState
from tests.conftest import NOON
from tests.joblines import HandClock, is_next, lines, write_line


def test_an_error_lets_go_of_the_job_and_it_is_tried_again_later(
    session_on_each: Session,
    tools: Tools,
    clock: HandClock,
    plan: Callable[..., Job],
) -> None:
    def breaks(session: Session, job: Job, tools: Tools) -> Iterator[None]:
        write_line(session, job)
        yield
        raise OSError("the disk is full")

    job = plan(breaks)

    assert jobs.run(session_on_each, job.id, tools) == JobState.waiting
    assert is_next(session_on_each, job).reason == "OSError: the disk is full"
    assert jobs.due(session_on_each, clock()) == []
    clock.turn(60)
    assert jobs.due(session_on_each, clock()) == [job.id]


def test_five_attempts_in_a_row_that_move_nothing_end_the_job(
    session_on_each: Session,
    tools: Tools,
    clock: HandClock,
    plan: Callable[..., Job],
) -> None:
    def never_starts(session: Session, job: Job, tools: Tools) -> Iterator[None]:
        yield
        raise OSError("no")

    job, states = plan(never_starts), []
    for _ in range(5):
        states.append(jobs.run(session_on_each, job.id, tools))
        clock.turn(3600)

    assert states == [JobState.waiting] * 4 + [JobState.failed]
    job = is_next(session_on_each, job)
    assert "five" in job.reason.lower() or "5" in job.reason
    assert "OSError: no" in job.reason
    assert job.finished_at is not None


def test_five_deaths_in_a_row_that_move_nothing_end_the_job_as_well(
    session_on_each: Session,
    tools: Tools,
    clock: HandClock,
    plan: Callable[..., Job],
) -> None:
    def dies(session: Session, job: Job, tools: Tools) -> Iterator[None]:
        raise SystemExit
        yield

    job = plan(dies)
    for _ in range(5):
        with pytest.raises(SystemExit):
            jobs.run(session_on_each, job.id, tools)
        session_on_each.rollback()
        clock.turn(3600)

    assert jobs.run(session_on_each, job.id, tools) == JobState.failed
    assert "the worker died" in is_next(session_on_each, job).reason


def test_a_job_that_moves_each_time_never_gives_up(
    session_on_each: Session,
    tools: Tools,
    clock: HandClock,
    plan: Callable[..., Job],
) -> None:
    def one_line_then_breaks(
        session: Session, job: Job, tools: Tools
    ) -> Iterator[None]:
        write_line(session, job)
        yield
        raise OSError("again")

    job = plan(one_line_then_breaks)
    for _ in range(12):
        assert jobs.run(session_on_each, job.id, tools) == JobState.waiting
        clock.turn(3600)

    assert is_next(session_on_each, job).done == 12


def test_a_refusal_fails_the_job_at_once_with_its_sentence(
    session_on_each: Session, tools: Tools, plan: Callable[..., Job]
) -> None:
    def refuses(session: Session, job: Job, tools: Tools) -> Iterator[None]:
        write_line(session, job)
        raise UploadRejected("the archive is damaged")
        yield

    job = plan(refuses)

    assert jobs.run(session_on_each, job.id, tools) == JobState.failed
    assert is_next(session_on_each, job).reason == "the archive is damaged"
    assert lines(session_on_each) == []


def test_a_job_of_an_unknown_kind_fails_with_a_sentence(
    session_on_each: Session, tools: Tools
) -> None:
    job = jobs.plan(session_on_each, "astrology", now=NOON)
    session_on_each.commit()

    assert jobs.run(session_on_each, job.id, tools) == JobState.failed
    assert "astrology" in is_next(session_on_each, job).reason
