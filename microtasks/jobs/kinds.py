"""The kinds of jobs: each is a module of this package with a generator `steps(session, job, tools)`.

At each `yield` the runner commits the session, `job.cursor`, `job.done` and `job.total` in one transaction and
extends the lease. A killed attempt starts again with the cursor of its last `yield`, and everything read from the
database after a `yield` is fresh. What a step does must therefore be the same when done twice, and:

- assign a new `job.cursor` (or `job.done`) whenever something was achieved: five attempts in a row that
  changed neither end the job;
- yield before and after slow work (decoding, network): on SQLite nobody else can write while a step's
  transaction is open, and it opens at the first use of the session after a `yield`;
- raise a `MicrotaskError` for what no repetition mends: its sentence becomes the reason of the failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module

from sqlalchemy.orm import Session

from microtasks.errors import NotFound
from microtasks.jobs.tools import Tools
from microtasks.models import Job

Steps = Callable[[Session, Job, Tools], Iterator[None]]

#: The modules of this package that are kinds, under their own names.
MODULES = frozenset(
    {"intake", "recut", "estimate", "erase", "freeze", "decide", "forget"}
)

_registered: dict[str, Steps] = {}


def register(kind: str, steps: Steps) -> None:
    """Add a kind that is not a module of this package."""
    _registered[kind] = steps


def steps_of(kind: str) -> Steps:
    """Return the steps of a kind of job."""
    if kind in _registered:
        return _registered[kind]
    if kind not in MODULES:
        raise NotFound(f"this version of the site knows no job of the kind “{kind}”")
    steps: Steps = import_module(f"microtasks.jobs.{kind}").steps
    return steps
