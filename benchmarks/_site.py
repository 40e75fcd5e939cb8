"""A site for benchmarks: empty, in a folder of its own, with a campaign, served by `flask serve` in another process."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from flask_migrate import upgrade
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app import create_app
from blueprints import _jobs
from blueprints._clock import utcnow
from blueprints._database import db, transact
from blueprints._store import store
from config import Config
from microtasks import campaigns, jobs, operating, people, uploads
from microtasks.models import Campaign, Organisation
from microtasks.recipe import read
from microtasks.uploads import ReceivedFile

POSTGRES = os.environ.get(
    "TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres"
)


@contextmanager
def empty(database_url: str = "") -> Iterator[Config]:
    """Make a migrated site whose settings reach nothing else on this machine; its app is at hand meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config(database_url, instance_path=folder, port=_free_port())
        app = create_app(config)
        with app.app_context():
            upgrade()
            try:
                yield config
            finally:
                db.session.remove()
                db.engine.dispose()


@contextmanager
def postgres() -> Iterator[str]:
    """Make a PostgreSQL database for as long as it is needed; gives its address."""
    name = f"manyhands_bench_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES, autocommit=True, connect_timeout=5) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            url = make_url(POSTGRES).set(database=name)
            yield url.render_as_string(hide_password=False)
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def campaign(recipe: str, files: Mapping[str, bytes]) -> Campaign:
    """Make an open campaign of an approved organisation, its files read and cut."""
    received = [_received(name, body) for name, body in files.items()]

    def make(session: Session) -> Campaign:
        new = campaigns.create(session, _organisation(session), read(recipe), utcnow())
        uploads.receive(session, new, received, utcnow())
        return new

    made = transact(make)
    for job in jobs.due(db.session(), utcnow()):
        jobs.run(db.session(), job, _jobs.tools())
    transact(lambda session: campaigns.open_(session, made, utcnow()))
    return made


def messages(count: int) -> Mapping[str, bytes]:
    """Return a table of so many records."""
    rows = "".join(f"{n},message number {n}\n" for n in range(count))
    return {"messages.csv": f"id,message\n{rows}".encode()}


@contextmanager
def served(config: Config) -> Iterator[str]:
    """Run `flask serve` until the visitors have gone; gives its address."""
    db.session.rollback()  # an open transaction would keep visitors waiting
    environment = os.environ | {
        "INSTANCE_PATH": config.instance_path,
        "PORT": str(config.port),
        "DATABASE_URL": config.database_url,
        "RATELIMIT_ENABLED": str(config.ratelimit_enabled),
        "PUBLIC_URL": "",
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "serve"]
    root = Path(__file__).parent.parent
    server = subprocess.Popen(
        command, env=environment, cwd=root, stderr=subprocess.DEVNULL
    )
    site = f"http://127.0.0.1:{config.port}"
    try:
        _wait_for(site)
        yield site
    finally:
        server.terminate()
        server.wait(20)


def _received(name: str, body: bytes) -> ReceivedFile:
    kept = store().put(io.BytesIO(body))
    return ReceivedFile(name, kept.sha256, kept.size)


def _organisation(session: Session) -> Organisation:
    owner = people.sign_up(
        session, "owner@example.org", "Owner", os.urandom(12).hex(), now=utcnow()
    )
    made = people.found(session, owner, "Relief", now=utcnow())
    operating.approve(session, made, by=None, now=utcnow())
    return made


def _wait_for(site: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{site}/healthz", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not come up")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
