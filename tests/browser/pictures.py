"""Takes a picture of every page in its states: phone and desk, light and dark, for people to look at.

python -m tests.browser.pictures FOLDER [NAME ...]
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from flask_migrate import upgrade
from playwright.sync_api import sync_playwright

from app import create_app
from config import Config
from tests.browser.conftest import QUIET
from tests.browser.pages import VIEWS
from tests.browser.viewing import Viewer, viewing

SIZES = {"phone": (360, 640), "desk": (1280, 800)}


def take(viewer: Viewer, folder: Path, names: list[str]) -> None:
    """Take the pictures of the views named, or of all."""
    for view in VIEWS:
        if names and view.name not in names:
            continue
        page = viewer.open(view)
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                # A card fills the screen it is on; of a page all is shown.
                whole = not view.name.startswith("deck")
                path = folder / f"{view.name}-{size}-{scheme}.png"
                page.screenshot(path=path, full_page=whole)


def main(folder: Path, names: list[str]) -> None:
    """Build the sites, open a browser, and fill the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        app = create_app(Config(instance_path=f"{scratch}/first", secret_key="k"))
        with app.app_context():
            upgrade()
            app.extensions["sqlalchemy"].engine.dispose()
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=QUIET
        )
        template = Path(scratch) / "first" / "manyhands.sqlite"
        with viewing(Path(scratch), template, browser) as viewer:
            take(viewer, folder, names)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
