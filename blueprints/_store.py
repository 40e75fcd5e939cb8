"""The site's media store, opened when it is first needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from microtasks.storage import Store


def store() -> Store:
    """Return the store that the configuration names."""
    opened = current_app.extensions.get("store")
    if opened is None:
        from microtasks.storage import open_store

        opened = open_store(current_app.config["MANYHANDS"].storage)
        current_app.extensions["store"] = opened
    return cast("Store", opened)


def scratch() -> Path:
    """Return the folder for files that live no longer than a request."""
    return cast(Path, current_app.config["MANYHANDS"].instance / "scratch")
