"""/healthz: well, or not and why."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session


def test_a_site_that_is_well_says_so(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["ok"] is True
    assert answer.json["database"]["kind"] == "sqlite"
    version = tuple(map(int, answer.json["database"]["version"].split(".")))
    assert version >= (3, 51, 3)  # earlier ones can corrupt a write-ahead log


def test_a_database_that_was_not_migrated_is_not_well(
    client: FlaskClient, session: Session
) -> None:
    session.execute(text("UPDATE alembic_version SET version_num = 'old'"))
    session.commit()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json["migrations"]["ok"] is False
    assert answer.json["database"]["ok"] is True


def test_a_store_that_takes_nothing_is_not_well(app: Flask, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "media", ignore_errors=True)
    (tmp_path / "media").write_text("a file, not a folder")
    app.config["MANYHANDS"] = replace(
        app.config["MANYHANDS"], storage_url=str(tmp_path / "media")
    )
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json["storage"]["ok"] is False
    assert str(tmp_path) not in answer.text
