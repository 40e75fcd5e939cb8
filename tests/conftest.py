"""What all tests share: real databases made afresh for each test, the site on top of them, and a fixed cast."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from flask_migrate import upgrade
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app import create_app
from config import Config
from microtasks import database

if TYPE_CHECKING:
    from tests.cast import Cast

#: Where the real samples lie, beside the project.
SHARED = Path(__file__).resolve().parents[2] / "shared"

#: The moment at which tests' stories begin.
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)

_POSTGRES = os.environ.get(
    "TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres"
)


def missing(what: str) -> None:
    """Skip aloud because something is not on this machine, or fail where everything is required."""
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"{what} is missing and REQUIRE_ALL is set")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real samples beside the project."""
    if not SHARED.is_dir():
        missing("the folder of samples ../shared")
    return SHARED


def _config(folder: Path, database_url: str = "") -> Config:
    return Config(
        database_url=database_url,
        instance_path=str(folder / "instance"),
        secret_key="a-key-for-tests-only",
        ratelimit_enabled=False,
    )


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that each test copies."""
    folder = tmp_path_factory.mktemp("template")
    app = create_app(_config(folder))
    with app.app_context():
        upgrade()
        app.extensions[
            "sqlalchemy"
        ].engine.dispose()  # folds the write-ahead log into the file
    return folder / "instance" / "manyhands.sqlite"


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """A migrated PostgreSQL database that each test copies; its name."""
    name = f"manyhands_template_{uuid.uuid4().hex[:12]}"
    try:
        _admin(f"CREATE DATABASE {name}")
    except psycopg.OperationalError:
        missing("PostgreSQL")
    try:
        app = create_app(
            replace(_config(Path("/tmp") / name), database_url=_postgres(name))
        )
        with app.app_context():
            upgrade()
            app.extensions["sqlalchemy"].engine.dispose()
        yield name
    finally:
        _admin(f"DROP DATABASE {name} WITH (FORCE)")
        shutil.rmtree(Path("/tmp") / name, ignore_errors=True)


def _admin(statement: str) -> None:
    with psycopg.connect(_POSTGRES, autocommit=True, connect_timeout=5) as connection:
        connection.execute(statement)


def _postgres(name: str) -> str:
    return make_url(_POSTGRES).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """A migrated SQLite database of this test's own."""
    path = tmp_path / "instance" / "manyhands.sqlite"
    path.parent.mkdir(exist_ok=True)
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_template: str) -> Iterator[str]:
    """A migrated PostgreSQL database of this test's own."""
    name = f"manyhands_test_{uuid.uuid4().hex[:12]}"
    _admin(f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield _postgres(name)
    _admin(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def each_database(request: pytest.FixtureRequest) -> str:
    """The address of a migrated database: the test runs once on each kind."""
    kind = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(kind))


def open_session(url: str) -> Session:
    """Open a session on a migrated database, with no web around it."""
    engine = create_engine(url, **database.engine_options(url))
    database.prepare(engine)
    return Session(engine)


@pytest.fixture
def session(sqlite_url: str) -> Iterator[Session]:
    """A session on a SQLite database of this test's own."""
    with open_session(sqlite_url) as session:
        yield session
        session.get_bind().dispose()


@pytest.fixture
def session_on_each(each_database: str) -> Iterator[Session]:
    """A session on a database of this test's own: the test runs once on each kind."""
    with open_session(each_database) as session:
        yield session
        session.close()
        session.get_bind().dispose()


@pytest.fixture
def app(tmp_path: Path, sqlite_url: str) -> Iterator[Flask]:
    """The whole site on a database and a folder of this test's own."""
    app = create_app(_config(tmp_path, sqlite_url))
    app.testing = True
    # Plain posts carry no token; `tests/blueprints/test_security.py` turns the check on.
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts."""
    return app.test_client()


@pytest.fixture
def cast(session: Session) -> Cast:
    """The people of all stories: amina, mara, ben, vic, eve and olu; see `tests/cast.py`."""
    from tests.cast import assemble

    return assemble(session)


@pytest.fixture
def browser_of(app: Flask, cast: Cast) -> Callable[..., FlaskClient]:
    """Opens a browser in which somebody of the cast is signed in: `browser_of(cast.amina)`."""
    from tests.cast import sign_in

    return lambda account: sign_in(app.test_client(), account)


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """A terminal for the site's commands."""
    return app.test_cli_runner()
