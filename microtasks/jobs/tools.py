"""What a job may use besides its session: nothing else reaches it, so a test can give it all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from microtasks.storage import Store


def now() -> datetime:
    """Return this moment: the clock of jobs that are given no other."""
    return datetime.now(UTC)


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Tools:
    """The media store, a clock, a folder for passing files, and whether to stop after the current step."""

    store: Store
    scratch: Path
    clock: Callable[[], datetime] = now
    stopping: Callable[[], bool] = _never
