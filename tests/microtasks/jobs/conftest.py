"""What tests of jobs share: a clock turned by hand, and jobs whose steps a test writes down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from microtasks import jobs
from microtasks.jobs import Tools, kinds
from microtasks.models import Job
from tests.conftest import NOON
from tests.joblines import HandClock


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def tools(tmp_path: Path, clock: HandClock) -> Tools:
    nothing: Any = None
    return Tools(store=nothing, scratch=tmp_path, clock=clock)


@pytest.fixture
def plan(session_on_each: Session) -> Iterator[Callable[[kinds.Steps], Job]]:
    """Plans a job with the given steps; the kind is forgotten after the test."""

    def plan(steps: kinds.Steps) -> Job:
        kinds.register("test", steps)
        job = jobs.plan(session_on_each, "test", arguments={"lines": 5}, now=NOON)
        session_on_each.commit()
        return job

    yield plan
    kinds._registered.clear()
