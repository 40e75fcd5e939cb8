"""For tests that begin with files: a campaign from a recipe, an upload of real files, and jobs run to their end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks import campaigns, jobs, recipe, uploads
from microtasks.jobs import Tools
from microtasks.models import (
    Answer,
    Campaign,
    Job,
    JobState,
    Organisation,
    Stage,
    Upload,
)
from microtasks.storage import FolderStore
from microtasks.uploads import ReceivedFile
from tests import world
from tests.conftest import NOON

CHOICE = """
title = "Sort flood messages"

[[stage]]
name = "need"
slice = { mode = "fields", columns = ["message"] }
question = { kind = "choice", text = "What does it ask for?", options = ["water", "food", "nothing"] }
policy = { min_answers = 2, max_answers = 5, confidence = 0.95 }
"""

WHERE = """
[[stage]]
name = "where"
when = { stage = "need", not = ["nothing"] }
slice = { mode = "fields", columns = ["message"] }
question = { kind = "text", text = "Copy the place name." }
policy = { min_answers = 2, max_answers = 4, confidence = 0.9 }
"""

TILES = """
title = "Find buildings"

[[stage]]
name = "building"
slice = { mode = "grid", tile = 128 }
question = { kind = "choice", text = "Is there a building?", options = ["yes", "no"] }
"""


def tools(folder: Path) -> Tools:
    """A store and a scratch folder of this test's own, and a clock that stands still."""
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    return Tools(
        store=FolderStore(folder / "media"), scratch=scratch, clock=lambda: NOON
    )


def draft(session: Session, text: str = CHOICE) -> Campaign:
    """A committed draft campaign made from a recipe."""
    organisation = session.scalars(select(Organisation)).first()
    if organisation is None:
        organisation = Organisation(name="Relief", created_at=NOON, approved_at=NOON)
        session.add(organisation)
        session.flush()
    made = campaigns.create(session, organisation, recipe.read(text), NOON)
    session.commit()
    return made


def send(session: Session, campaign: Campaign, with_: Tools, *paths: Path) -> Upload:
    """Receive files as one upload, without reading them yet."""
    received = []
    for path in paths:
        stored = with_.store.put(path)
        received.append(ReceivedFile(path.name, stored.sha256, stored.size))
    upload = uploads.receive(session, campaign, received, NOON)
    session.commit()
    return upload


def write(path: Path, rows: Sequence[str]) -> Path:
    """A text file of these lines."""
    path.write_text("\n".join(rows) + "\n")
    return path


def run_jobs(session: Session, with_: Tools) -> list[JobState]:
    """Run every waiting job until none is left; return how they ended, oldest first."""
    while waiting := jobs.due(session, with_.clock()):
        for job_id in waiting:
            jobs.run(session, job_id, with_)
    return [
        JobState(job.state) for job in session.scalars(select(Job).order_by(Job.id))
    ]


ROWS = ["id,message,place", "1,hello,", "2,,Paris", "3,good day,Oslo"]


def with_cards(
    session: Session, with_: Tools, folder: Path, text: str = CHOICE
) -> Campaign:
    """A draft of three rows, one of them blank."""
    campaign = draft(session, text)
    send(session, campaign, with_, write(folder / "x.csv", ROWS))
    run_jobs(session, with_)
    return campaign


def answered(session: Session, stage: Stage) -> None:
    """Somebody answered the stage's first card."""
    card = world.cards(session, stage_id=stage.id)[0]
    card.counted += 1
    stage.frozen_at = NOON
    who = world.volunteer(session)
    answer = Answer(key=f"k{card.id}", card_id=card.id, stage_id=stage.id, stage_version=1, identity_id=who.id, value="water", answered_at=NOON, seconds=2)  # fmt: skip
    session.add(answer)
    session.commit()
