"""The doctor's checks: each looks at one thing and says what it found and what to do."""

from __future__ import annotations

import io
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Literal

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from blueprints._clock import utcnow
from blueprints._database import db
from blueprints._store import store
from blueprints.commands import _labour
from config import Config
from microtasks import bell, database, reckoning
from microtasks.models import AuditLine, Job, JobState

#: The first SQLite without the WAL-reset corruption.
SOUND_SQLITE = (3, 51, 3)
_OVERDUE = timedelta(minutes=1)
_TABLES_MISSING = "Run `flask db upgrade` (or `make run`, which does it)."


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    name: str
    state: Literal["ok", "warn", "fail"]
    said: str
    advice: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the finding for JSON."""
        return asdict(self)


def everything(config: Config) -> Iterator[Finding]:
    """Make all checks; those of the database only if it answers."""
    try:
        with database.reading(), db.engine.connect() as connection:
            yield Finding("database", "ok", f"{connection.dialect.name} answers")
            yield from _database(connection, config)
    except SQLAlchemyError as error:
        told = str(error).partition("\n")[0]
        yield Finding("database", "fail", told, "Check DATABASE_URL and that it runs.")
    yield _store()
    yield _redis(config)
    yield _disk(config)
    yield from _keys(config)


def _database(connection: Connection, config: Config) -> Iterator[Finding]:
    current = _migrations(connection)
    yield current
    if connection.dialect.name == "sqlite":
        yield _sqlite_version(connection)
        yield _sqlite_settings(connection)
        yield _sqlite_integrity(connection)
    if current.state == "ok":
        yield _cards(connection)
        yield _worker(connection, config)
        yield _clock(connection)


def _migrations(connection: Connection) -> Finding:
    folder = current_app.extensions["migrate"].directory
    wanted = ScriptDirectory(str(folder)).get_current_head()
    found = MigrationContext.configure(connection).get_current_revision()
    if found == wanted:
        return Finding("migrations", "ok", f"the tables are at {found}")
    said = f"the tables are at {found or 'nothing'}, this version wants {wanted}"
    return Finding("migrations", "fail", said, _TABLES_MISSING)


def _sqlite_version(connection: Connection) -> Finding:
    version = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
    if tuple(map(int, version.split("."))) >= SOUND_SQLITE:
        return Finding("sqlite", "ok", f"version {version}")
    return Finding(
        "sqlite",
        "fail",
        f"version {version} can corrupt a database that two processes write",
        "Run `make setup`: the pinned pysqlite3 carries a sound one.",
    )


def _sqlite_settings(connection: Connection) -> Finding:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    wrong = [
        f"{pragma} is {found}"
        for pragma, value in wanted.items()
        if (found := connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()) != value
    ]
    if not wrong:
        return Finding("sqlite settings", "ok", "WAL, FULL, foreign keys checked")
    return Finding(
        "sqlite settings",
        "fail",
        ", ".join(wrong),
        "Keep the database on a local disk: WAL does not work over a network.",
    )


def _sqlite_integrity(connection: Connection) -> Finding:
    problems = connection.exec_driver_sql("PRAGMA quick_check(5)").scalars().all()
    if problems == ["ok"]:
        return Finding("integrity", "ok", "quick_check finds nothing")
    return Finding(
        "integrity",
        "fail",
        "; ".join(map(str, problems)),
        "Stop the site and put a backup in its place: docs/operating.md, Backups.",
    )


def _cards(connection: Connection) -> Finding:
    """Compare every card's counters with the answers and leases from which they follow."""
    with Session(connection) as session:
        wrong = list(islice(reckoning.discrepancies(session), 5))
    if not wrong:
        return Finding("cards", "ok", "every counter follows from its answers")
    told = (
        f"card {each.card_id}: {each.what} is {each.stored}, {each.derived} follows"
        for each in wrong
    )
    return Finding(
        "cards", "fail", "; ".join(told), "Keep a backup and report this: it is a bug."
    )


def _worker(connection: Connection, config: Config) -> Finding:
    now = utcnow()
    overdue = connection.scalar(
        select(func.count())
        .select_from(Job)
        .where(
            Job.state.in_([JobState.waiting, JobState.running]),
            func.coalesce(Job.lease_until, Job.created_at) < now - _OVERDUE,
        )
    )
    seen = bell.is_anybody_alive(config.redis_url) or _looked_lately(config)
    advice = "Start one: `flask worker` (or `make run`, which does it)."
    if overdue and not seen:
        said = f"{overdue} jobs wait and no worker is seen"
        return Finding("worker", "fail", said, advice)
    if not seen:
        return Finding("worker", "warn", "no worker is seen; no job waits", advice)
    if overdue:
        said = f"at work; {overdue} jobs wait for longer than a minute"
        return Finding("worker", "warn", said, "Start another: `flask worker`.")
    return Finding("worker", "ok", "at work, and no job is late")


def _looked_lately(config: Config) -> bool:
    try:
        return time.time() - _labour.alive_file(config).stat().st_mtime < 30
    except OSError:
        return False


def _clock(connection: Connection) -> Finding:
    now = utcnow()
    newest = connection.scalar(select(func.max(AuditLine.at)))
    server = now
    if connection.dialect.name == "postgresql":
        server = connection.exec_driver_sql("SELECT now()").scalar_one()
    if newest and newest > now + timedelta(minutes=1):
        said = f"it says {now:%F %T}, yet something was recorded at {newest:%F %T}"
    elif abs(server.astimezone(UTC) - now) > timedelta(seconds=10):
        said = f"it says {now:%F %T}, the database says {server:%F %T}"
    elif now < datetime(2026, 1, 1, tzinfo=UTC):
        said = f"it says {now:%F %T}"
    else:
        return Finding("clock", "ok", f"{now:%F %T} UTC")
    return Finding("clock", "fail", said, "Set the clock (NTP): leases depend on it.")


def _store() -> Finding:
    try:
        kept = store()
        stored = kept.put(io.BytesIO(secrets.token_bytes(32)))
        with kept.open(stored.sha256) as file:
            file.read()
        kept.delete(stored.sha256)
    except Exception as error:  # noqa: BLE001 - whatever a store's library raises, it is the finding
        return Finding(
            "store",
            "fail",
            f"{type(error).__name__}: {error}",
            "Check STORAGE_URL, its rights and its credentials.",
        )
    return Finding("store", "ok", "writes, reads and deletes")


def _redis(config: Config) -> Finding:
    if not config.redis_url:
        said = "REDIS_URL is unset: workers started here look at the table each second"
        return Finding(
            "redis", "ok", f"{said}; `make run` brings a private one for its own"
        )
    if bell.is_reachable(config.redis_url):
        return Finding("redis", "ok", "answers")
    return Finding(
        "redis",
        "warn",
        "does not answer: workers look at the table each second instead",
        "Check REDIS_URL and that it runs.",
    )


def _disk(config: Config) -> Finding:
    usage = shutil.disk_usage(config.instance)
    free, share = usage.free / 2**30, usage.free / usage.total
    said = f"{free:.1f} GiB free ({share:.0%})"
    if usage.free < 2**28:
        return Finding("disk", "fail", said, "Make room now: answers cannot be stored.")
    if usage.free < 2 * 2**30 or share < 0.1:
        return Finding("disk", "warn", said, "Make room: uploads are refused.")
    return Finding("disk", "ok", said)


def _keys(config: Config) -> Iterator[Finding]:
    path = config.instance / "secret_key"
    if config.secret_key and len(config.secret_key) < 32:
        yield Finding(
            "secret key",
            "fail",
            "SECRET_KEY is shorter than 32 characters",
            "`openssl rand -hex 32` makes a good one; keep the old one in SECRET_KEY_FALLBACKS.",
        )
    elif not config.secret_key and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding(
            "secret key",
            "fail",
            f"{path} can be read by others",
            f"chmod 600 {path}, then make a new key if strangers use this machine.",
        )
    else:
        yield Finding("secret key", "ok", "long enough and kept to ourselves")
