"""The job that decides an uploaded crowd: files out of the store, a confined child, the result into the store.

The result's key is committed before its bytes are stored, and looked at again afterwards: whoever deletes the crowd
meanwhile, and whenever this is killed, no bytes stay that no row names.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.orm import Session

from microtasks.crowds import deciding, request
from microtasks.datasets import packing
from microtasks.errors import NotFound
from microtasks.jobs import scratch
from microtasks.jobs.tools import Tools
from microtasks.models import CrowdState, Job, UploadedCrowd


def steps(session: Session, job: Job, tools: Tools) -> Iterator[None]:
    """Decide the crowd that the job's arguments name."""
    crowd = _crowd(session, job, tools)
    if crowd is None or crowd.state != CrowdState.received:
        return
    key = crowd.received
    yield

    with scratch.folder(tools.scratch, job) as folder:
        files, zipped = folder / "files", folder / "decided.zip"
        try:
            asked = _fetch(tools, key, files)
        except NotFound:
            if _crowd(session, job, tools) is None:
                return
            raise
        outcome = deciding.decide(files)
        if not outcome.refused:
            _keep_results(files, asked.crowd, zipped)
            job.cursor = {"decided": packing.sha256(zipped)}
            yield
            tools.store.put(zipped)

    crowd = _crowd(session, job, tools)
    if crowd is None:
        return
    crowd.state = CrowdState.refused if outcome.refused else CrowdState.decided
    crowd.reason, crowd.told = outcome.refused, dict(outcome.told)
    crowd.decided = job.cursor.get("decided")


def _crowd(session: Session, job: Job, tools: Tools) -> UploadedCrowd | None:
    """Return the crowd while somebody wants it; of one that is gone nothing stays in the store."""
    number = job.arguments["crowd"]
    crowd = session.get(UploadedCrowd, number, populate_existing=True)
    if crowd is not None and crowd.deleted_at is None:
        return crowd
    if "decided" in job.cursor:
        tools.store.delete(job.cursor["decided"])
    return None


def _fetch(tools: Tools, key: str, files: Path) -> request.Request:
    files.mkdir()
    with tools.store.path(key) as bundle:
        return request.unpack(bundle, files)


def _keep_results(files: Path, crowd: str, zipped: Path) -> None:
    """Pack the result alone; the crowd's name in it makes its bytes, and so its key, one of a kind."""
    for path in list(files.iterdir()):
        if path.name not in {deciding.RESULT, deciding.WORKERS}:
            path.unlink()
    (files / "crowd.txt").write_text(crowd, encoding="utf-8")
    packing.pack(files, zipped)
