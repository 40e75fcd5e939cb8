"""Turns: many writers of one process come one after the other, and a forked child is not kept out by its parent's."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from microtasks import database
from microtasks.models import Organisation
from microtasks.turns import WriteTurns
from tests.conftest import NOON


def test_every_one_of_many_writers_gets_its_turn(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url, **database.engine_options(sqlite_url))
    database.prepare(engine)

    def write(number: int) -> None:
        with Session(engine) as session:
            session.add(Organisation(name=f"Relief {number}", created_at=NOON))
            session.commit()

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(write, range(64)))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM organisation")) == 64
    engine.dispose()


def test_a_transaction_that_is_thrown_away_gives_its_turn_back(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url, **database.engine_options(sqlite_url))
    database.prepare(engine)
    for _ in range(3):
        session = Session(engine)
        session.execute(text("SELECT 1"))
        session.close()
    turns = WriteTurns()
    with engine.connect() as connection:
        turns.take(connection)
        turns.give(connection)
        turns.take(connection)
        assert connection.info
        turns.give(connection)
        assert not connection.info
    engine.dispose()


def test_a_forked_child_begins_with_turns_of_its_own(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url, **database.engine_options(sqlite_url))
    turns = WriteTurns()
    with engine.connect() as connection:
        turns.take(connection)
        child = os.fork()
        if child == 0:  # pragma: no cover - another process
            os._exit(0 if turns._lock.acquire(timeout=0) else 1)
        _, status = os.waitpid(child, 0)
        turns.give(connection)
    engine.dispose()
    assert status == 0
