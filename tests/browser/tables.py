"""Tables of answers from elsewhere, for a furnished site: one decided, one refused, one that waits."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from blueprints import _jobs
from blueprints._clock import utcnow
from microtasks.crowds import keeping
from microtasks.crowds.request import ANSWERS, TRUTH, Request, pack
from microtasks.models import public_id

if TYPE_CHECKING:
    from tests.browser.furnished import Furnisher

KINDS = ("finch", "sparrow", "wren")


def drawn_up() -> tuple[str, str]:
    """Answers of twenty people of differing skill to forty tasks, and the truth."""
    rng = Random(3)
    truth = {f"photo {n}": rng.choice(KINDS) for n in range(40)}
    skill = {f"helper {n}": rng.uniform(0.4, 0.95) for n in range(20)}
    rows = [
        f"{task},{who},{kind if rng.random() < skill[who] else rng.choice(KINDS)}"
        for task, kind in truth.items()
        for who in rng.sample(list(skill), 6)
    ]
    known = [f"{task},{kind}" for task, kind in truth.items()]
    return "\n".join(["task,worker,label", *rows]), "\n".join(["task,label", *known])


def send(make: Furnisher, name: str, answers: str, truth: str = "") -> str:
    """Send a table as amina does on the page; return its public id."""
    asked = Request(public_id(), "choice")
    with tempfile.TemporaryDirectory() as room:
        files, bundle = Path(room, "files"), Path(room, "bundle.zip")
        files.mkdir()
        (files / ANSWERS).write_text(answers)
        if truth:
            (files / TRUTH).write_text(truth)
        pack(asked, files, bundle)
        amina, now = make.cast.amina, utcnow()
        crowd = keeping.receive(make.session, amina, asked, name, bundle, now)
        make.session.commit()
        with make.site.app.app_context():
            _jobs.tools().store.put(bundle)
    keeping.begin(make.session, crowd.id, now)
    make.session.commit()
    return asked.crowd


def decided(make: Furnisher) -> dict[str, str]:
    """One table that was decided, and one that could not be."""
    names = {
        "crowd": send(make, "birds of the delta.csv", *drawn_up()),
        "crowd_refused": send(make, "birds.csv", "task;worker;label\n1;ann;wren\n"),
    }
    make.work()
    return names


def waiting(make: Furnisher) -> dict[str, str]:
    """One table that no worker has begun yet."""
    return {"crowd_waiting": send(make, "more birds.csv", drawn_up()[0])}
