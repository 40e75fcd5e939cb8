"""Takes docs/pictures/card.png anew: the demonstration's deck on a phone, beside its coordinator's progress page.

`.venv/bin/python docs/take_pictures.py` makes a demonstration of its own in a temporary folder; with
`INSTANCE_PATH` set it uses the one there. It needs what `make setup-dev` installs, and Debian's chromium.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Browser, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

CAMPAIGN = "find-damaged-roofs"
OUT = ROOT / "docs" / "pictures" / "card.png"
LARGEST = 200_000

DESK: ViewportSize = {"width": 960, "height": 720}
PHONE: ViewportSize = {"width": 360, "height": 690}
MARGIN, CORNER = 28, 18
#: Cards that are looked at for one worth showing.
CARDS = 6
PAPER = (232, 228, 218)


@contextmanager
def site() -> Iterator[tuple[str, str, str]]:
    """Serve a demonstration; gives its address and the coordinator's address and password."""
    from flask_migrate import upgrade

    from app import create_app
    from blueprints.commands import _local_site
    from config import Config

    with tempfile.TemporaryDirectory() as folder:
        instance = Path(os.environ.get("INSTANCE_PATH", folder))
        app = create_app(Config(instance_path=str(instance)))
        with app.app_context():
            upgrade()
        told = app.test_cli_runner().invoke(args=["demo"])
        if told.exit_code:
            raise SystemExit(told.output)
        with _local_site.serving(app) as address:
            note = (instance / "demonstration.txt").read_text(encoding="utf-8")
            yield address, *note.split()[-2:]


def desk(browser: Browser, address: str, email: str, password: str) -> Image.Image:
    """Return the coordinator's progress page."""
    page = browser.new_page(viewport=DESK)
    page.goto(f"{address}/sign-in")
    page.fill("input[type=email]", email)
    page.fill("input[type=password]", password)
    page.click("main button")
    page.goto(f"{address}/manage/{CAMPAIGN}/progress")
    return shot(page.screenshot())


def phone(browser: Browser, address: str) -> Image.Image:
    """Return a volunteer's card, an earlier one saved above it; of some cards the one with most to see."""
    page = browser.new_page(viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(f"{address}/c/{CAMPAIGN}/work")
    page.tap("button.option >> nth=1")
    page.wait_for_selector("form.undo")
    shots = []
    for _ in range(CARDS):
        page.wait_for_function("[...document.images].every((one) => one.complete)")
        shots.append(page.screenshot())
        with page.expect_response(f"**/c/{CAMPAIGN}/work"):
            page.tap("button[value=skip]")
        page.wait_for_selector("button[value=skip]:not(.htmx-request *)")
    return shot(max(shots, key=len))


def shot(body: bytes) -> Image.Image:
    """Open a screenshot."""
    return Image.open(io.BytesIO(body)).convert("RGB")


def side_by_side(desk: Image.Image, phone: Image.Image) -> Image.Image:
    """Lay the phone over the lower right corner of the desk's page."""
    width = desk.width + phone.width * 4 // 5 + 2 * MARGIN
    canvas = Image.new("RGB", (width, desk.height + 2 * MARGIN), PAPER)
    lay(canvas, desk, (MARGIN, MARGIN))
    at = (width - phone.width - MARGIN, canvas.height - phone.height - MARGIN)
    lay(canvas, framed(phone), (at[0] - 8, at[1] - 8))
    return canvas


def framed(phone: Image.Image) -> Image.Image:
    """Put a phone's rim around a page."""
    rim = Image.new("RGB", (phone.width + 16, phone.height + 16), (34, 38, 48))
    rim.paste(phone, (8, 8), rounded(phone.size, CORNER - 6))
    return rim


def lay(canvas: Image.Image, page: Image.Image, at: tuple[int, int]) -> None:
    """Paste a page with round corners and a soft shadow."""
    mask = Image.new("L", canvas.size)
    mask.paste(rounded(page.size, CORNER), at)
    shadow = mask.filter(ImageFilter.GaussianBlur(10)).point(lambda value: value // 3)
    canvas.paste((60, 54, 44), (0, 4), shadow)
    canvas.paste(page, at, rounded(page.size, CORNER))


def rounded(size: tuple[int, int], corner: int) -> Image.Image:
    """Return a mask with round corners."""
    mask = Image.new("L", size)
    box = (0, 0, size[0] - 1, size[1] - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, corner, fill=255)
    return mask


def save(picture: Image.Image) -> None:
    """Write the picture with as many colours as the largest size allows."""
    OUT.parent.mkdir(exist_ok=True)
    for colours in (256, 192, 128, 96, 64):
        written = io.BytesIO()
        few = picture.quantize(colours, dither=Image.Dither.NONE)
        few.save(written, "PNG", optimize=True)
        if len(written.getvalue()) < LARGEST:
            OUT.write_bytes(written.getvalue())
            return
    raise SystemExit(f"the picture does not fit {LARGEST:,} bytes")


def main() -> None:
    """Take the pictures."""
    with site() as (address, email, password), sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        save(
            side_by_side(
                desk(browser, address, email, password), phone(browser, address)
            )
        )
        browser.close()


if __name__ == "__main__":
    main()
