"""Whether the site can do its work: read by `make run`, by balancers and by whoever is called at night."""

from __future__ import annotations

import secrets
from pathlib import Path

from alembic.script import ScriptDirectory
from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from blueprints._database import db
from config import Config

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Say of each part whether it is well; 503 when one is not."""
    parts = {
        "database": _database(),
        "migrations": _migrations(),
        "storage": _storage(),
    }
    well = all(part["ok"] for part in parts.values())
    answer = jsonify(ok=well, **parts)
    answer.headers["Cache-Control"] = "no-store"
    return answer, 200 if well else 503


def _database() -> dict[str, object]:
    try:
        version = db.engine.dialect.name
        db.session.execute(select(1))
        if version == "sqlite":
            number = db.session.scalar(text("SELECT sqlite_version()"))
        else:
            number = db.session.scalar(text("SHOW server_version"))
    except SQLAlchemyError:
        db.session.rollback()
        return {"ok": False}
    return {"ok": True, "kind": version, "version": str(number).split(" ")[0]}


def _migrations() -> dict[str, object]:
    folder = Path(current_app.root_path, "migrations")
    head = ScriptDirectory(str(folder)).get_current_head()
    try:
        now = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        db.session.rollback()
        now = None
    return {"ok": now == head, "at": now, "head": head}


def _storage() -> dict[str, object]:
    config: Config = current_app.config["MANYHANDS"]
    if config.storage.startswith("s3://"):
        return {"ok": True, "kind": "s3"}
    folder = Path(config.storage)
    probe = folder / f".probe-{secrets.token_hex(6)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError:
        return {"ok": False, "kind": "folder"}
    return {"ok": True, "kind": "folder"}
