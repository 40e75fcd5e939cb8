"""How views and commands hand work to a worker, or do it themselves."""

from __future__ import annotations

from flask import current_app

from blueprints._clock import utcnow
from blueprints._store import store
from microtasks import jobs


def ring() -> None:
    """Wake a worker for what was just committed; where nobody hears it, a worker looks within seconds."""
    jobs.ring(current_app.config["MANYHANDS"].redis_url)


def tools() -> jobs.Tools:
    """Return what a job needs, for a command that runs its own job."""
    scratch = current_app.config["MANYHANDS"].instance / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    return jobs.Tools(store(), scratch, utcnow)
