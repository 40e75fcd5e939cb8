"""What tests of the web share: the site built with other settings than usual."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from config import Config


def _site(tmp_path: Path, sqlite_url: str, **changes: object) -> Flask:
    config = Config(
        database_url=sqlite_url,
        instance_path=str(tmp_path / "instance"),
        secret_key="a-key-for-tests-only",
        ratelimit_enabled=False,
    )
    made = create_app(replace(config, **changes))
    made.testing = True
    return made


@pytest.fixture
def build(tmp_path: Path, sqlite_url: str) -> Iterator[Callable[..., Flask]]:
    """Builds the site with other settings, its token check on."""
    built: list[Flask] = []

    def _build(**changes: object) -> Flask:
        built.append(_site(tmp_path, sqlite_url, **changes))
        return built[-1]

    yield _build
    for site in built:
        with site.app_context():
            site.extensions["sqlalchemy"].engine.dispose()
