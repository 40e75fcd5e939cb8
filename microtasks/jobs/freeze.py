"""The job that writes a data set: one look at the campaign, then nothing but files, then the row that says it is there.

The row's number and moment are committed before anything is written, and what is read is what had been answered
at that moment: killed and run again, the job writes the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from microtasks.datasets import build, packing, snapshot, versions
from microtasks.errors import NotFound, WrongState
from microtasks.jobs import estimate, scratch
from microtasks.jobs.tools import Tools
from microtasks.models import Campaign, DataSet, Job


def steps(session: Session, job: Job, tools: Tools) -> Iterator[None]:
    """Write the data set that the job's arguments name, or a new one.

    The batch clock runs first, so that the site's pages say what the data set says.
    """
    yield from estimate.steps(session, job, tools)
    data_set = _data_set(session, job, tools)
    number, campaign_id, is_written = data_set.id, data_set.campaign_id, data_set.key
    title = build.about(data_set.campaign, data_set)
    yield
    if is_written:
        return

    with scratch.folder(tools.scratch, job) as folder:
        files, zipped = folder / "files", folder / "data.zip"
        files.mkdir()
        snapshot.take(session, campaign_id, title, files)
        yield
        built = build.finish(title, files)
        yield
        packing.pack(files, zipped)
        told, stored = versions.summary(built), tools.store.put(zipped)

    data_set = session.get_one(DataSet, number)
    data_set.key, data_set.size = stored.sha256, stored.size
    data_set.summary = told
    session.flush()


def _data_set(session: Session, job: Job, tools: Tools) -> DataSet:
    known = job.arguments.get("data_set") or job.cursor.get("data_set")
    if known:
        data_set = session.get(DataSet, known)
    else:
        campaign = session.get_one(Campaign, job.campaign_id)
        public = bool(job.arguments.get("is_public"))
        data_set = versions.add(session, campaign, is_public=public, now=tools.clock())
        job.cursor = job.cursor | {"data_set": data_set.id}
    if data_set is None:
        raise NotFound("The data set was deleted before it was written.")
    if data_set.campaign.deleted_at is not None:
        raise WrongState("The campaign is being deleted.")
    return data_set
