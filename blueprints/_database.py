"""The web's session: Flask-SQLAlchemy keeps it, our own tables and transactions fill it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, request
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import Session

from microtasks import database
from microtasks.models import Base

T = TypeVar("T")

# What a view loaded stays loaded after its commit: a page is drawn from it without a second transaction.
db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})
migrate = Migrate(render_as_batch=True)


def init_app(app: Flask) -> None:
    """Open the database and say of each request whether it only reads."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = database.engine_options(url)
    db.init_app(app)
    migrate.init_app(app, db, directory="migrations")
    with app.app_context():
        database.prepare(db.engine)
    app.before_request(_choose_transactions)


def _choose_transactions() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    safe = request.method in {"GET", "HEAD", "OPTIONS"}
    database.set_reading(safe and not getattr(view, "writes_on_get", False))


def writes_on_get(view: Callable[..., T]) -> Callable[..., T]:
    """Mark a view whose GET stores something (a lease): its transactions begin as writing ones."""
    view.writes_on_get = True  # type: ignore[attr-defined]
    return view


def transact(work: Callable[[Session], T]) -> T:
    """Run one unit of work in the request's session and commit it; see `microtasks.database.transact`."""
    return database.transact(db.session(), work)
