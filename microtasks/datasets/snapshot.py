"""One look at a campaign: its rows as they stood at a single moment, written as a data set's input files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from microtasks import database
from microtasks.datasets import build
from microtasks.datasets.about import About
from microtasks.models import Campaign


def take(session: Session, campaign_id: int, title: About, folder: Path) -> None:
    """Write a data set's inputs by a session of its own: the given one keeps out of any transaction."""
    engine = session.get_bind().engine
    with database.reading(), _reader(engine) as reader:
        build.collect(reader, reader.get_one(Campaign, campaign_id), title, folder)


@contextmanager
def _reader(engine: Engine) -> Iterator[Session]:
    """Open a session whose every query sees the same moment."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(engine) as reader:
        yield reader
