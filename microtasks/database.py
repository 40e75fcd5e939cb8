"""How transactions begin, end and are tried again, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import pysqlite3
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from microtasks.turns import WriteTurns

T = TypeVar("T")

#: A race lost this often in a row is not a race.
_TRIES = 6

_reads_only: ContextVar[bool] = ContextVar("reads_only", default=False)


def engine_options(url: str) -> dict[str, Any]:
    """Return what `create_engine` needs for this address.

    SQLite comes with the application: the system's has the WAL-reset corruption bug (fixed in 3.51.3).
    """
    if url.startswith("sqlite"):
        return {
            "module": pysqlite3.dbapi2,
            "connect_args": {"timeout": 10, "check_same_thread": False},
        }
    return {"pool_pre_ping": True, "pool_size": 16, "max_overflow": 16}


def prepare(engine: Engine) -> None:
    """Make every connection of a SQLite engine durable, checked and patient; leave others as they are."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=10000",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    turns = WriteTurns()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        # A transaction that reads and then writes fails at once when another wrote in between, however long
        # it may wait: so whoever may write says so at the start.
        if _reads_only.get():
            connection.exec_driver_sql("BEGIN")
            return
        turns.take(connection)
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    for end in ("commit", "rollback"):
        event.listen(engine, end, turns.give)
    event.listen(engine.pool, "checkin", lambda raw, record: turns.give_of(record))


@contextmanager
def reading(only: bool = True) -> Iterator[None]:
    """Begin transactions that only read: they wait for nobody. With `only=False`, back to writing ones."""
    token = _reads_only.set(only)
    try:
        yield
    finally:
        _reads_only.reset(token)


def set_reading(only: bool) -> None:
    """Say once, for a whole request, whether its transactions only read."""
    _reads_only.set(only)


def insert(session: Session, table: type[Any]) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT that can say what happens on a conflict; both databases say it alike."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def transact(session: Session, work: Callable[[Session], T]) -> T:
    """Run `work` and commit; run it again if another transaction got in its way.

    This is the one place that commits, so that a group commit has a seam to live in. `work` may run several
    times: it must take everything it changes from the session.
    """
    for attempt in range(_TRIES):
        try:
            result = work(session)
            session.commit()
            return result
        except (IntegrityError, OperationalError) as error:
            session.rollback()
            if attempt == _TRIES - 1 or not _may_pass(error):
                raise
        except BaseException:
            session.rollback()
            raise
    raise AssertionError("unreachable")


def _may_pass(error: DBAPIError) -> bool:
    """Whether a second try can succeed: a lost race (unique key, check) or a deadlock.

    A SQLite file that stayed locked for as long as its timeout is no race; who waits longer waits in vain.
    """
    if isinstance(error, IntegrityError):
        return True
    return getattr(error.orig, "sqlstate", None) in {"40001", "40P01", "55P03"}
