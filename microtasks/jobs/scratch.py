"""A folder of an attempt's own, so that no straggler of a killed attempt writes beside the next one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from microtasks.models import Job


@contextmanager
def folder(root: Path, job: Job) -> Iterator[Path]:
    """Make the folder of this attempt of a job; what killed attempts left goes, and so does this one in the end."""
    for left in root.glob(f"{job.kind}-{job.public_id}-*"):
        shutil.rmtree(left, ignore_errors=True)
    made = root / f"{job.kind}-{job.public_id}-{job.attempt}"
    made.mkdir()
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
