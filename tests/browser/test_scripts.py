"""The two small scripts do in a real browser what they promise, under the site's content policy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask, redirect, render_template_string, request
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from blueprints import _stylesheet

pytestmark = pytest.mark.browser

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'"
CARD = """<!doctype html><title>card</title>
<script type="module" src="{{ asset('js/keys.js') }}"></script>
<button type="button" data-keys-toggle aria-pressed="true">Keys</button>
<form method="post"><button name="action" value="undo">Undo</button></form>
<form data-card method="post">
  {% if kind == "choice" %}<button name="value" value="water">w</button><button name="value" value="food">f</button>
  {% elif kind == "choices" %}<input type="checkbox" name="value" value="water"><input type="checkbox" name="value" value="food"><button data-save>Save</button>
  {% else %}<input name="value" id="value"><button data-save>Save</button>{% endif %}
  <button name="action" value="skip">Skip</button>
</form>"""
UPLOAD = """<!doctype html><title>upload</title>{% from "_macros/forms.html" import upload_progress %}
<script type="module" src="{{ asset('js/upload.js') }}"></script>
<form method="post" enctype="multipart/form-data" data-upload>
  {% if refused %}<p role="alert" tabindex="-1">Not a picture.</p>{% endif %}
  <input type="file" name="files"><input name="action">{{ upload_progress() }}<button>Send</button>
</form>"""


def site() -> Flask:
    app = Flask("scripts", root_path=str(Path(__file__).parents[2]))
    _stylesheet.init_app(app)

    @app.get("/card/<kind>")
    def card(kind: str) -> str:
        return render_template_string(CARD, kind=kind)

    @app.post("/card/<kind>")
    def answered(kind: str) -> str:
        return "sent " + repr(request.form.to_dict(flat=False))

    @app.route("/upload", methods=["GET", "POST"])
    def upload():
        sent = request.files.get("files")
        if sent and sent.filename == "huge.png":
            return "too large", 413
        if sent and sent.filename == "bad.exe":
            return render_template_string(UPLOAD, refused=True), 422
        return redirect("/taken", 303) if sent else render_template_string(UPLOAD)

    @app.get("/taken")
    def taken() -> str:
        return "taken"

    @app.after_request
    def guard(answer):
        answer.headers["Content-Security-Policy"] = POLICY
        return answer

    return app


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, site(), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    tab = context.new_page()
    complaints: list[str] = []
    tab.on(
        "console",
        lambda said: complaints.append(said.text) if said.type == "error" else None,
    )
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    yield tab
    context.close()
    assert not [text for text in complaints if "status of 4" not in text]


def open_card(page: Page, address: str, kind: str) -> None:
    page.goto(f"{address}/card/{kind}", wait_until="load")


def test_a_digit_presses_the_answer_of_its_place(page, address):
    open_card(page, address, "choice")
    page.keyboard.press("2")
    expect(page.locator("body")).to_contain_text("sent")
    assert page.inner_text("body") == "sent {'value': ['food']}"


def test_a_digit_beyond_the_answers_does_nothing(page, address):
    open_card(page, address, "choice")
    page.keyboard.press("9")
    assert page.title() == "card"


@pytest.mark.parametrize(("key", "action"), [("s", "skip"), ("u", "undo")])
def test_letters_skip_and_undo(page, address, key, action):
    open_card(page, address, "choice")
    page.keyboard.press(key)
    expect(page.locator("body")).to_contain_text("sent")
    assert page.inner_text("body") == f"sent {{'action': ['{action}']}}"


def test_digits_toggle_ticks_and_enter_saves(page, address):
    open_card(page, address, "choices")
    for key in ("1", "2", "1", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("body")).to_contain_text("sent")
    assert page.inner_text("body") == "sent {'value': ['food']}"


def test_keys_stay_letters_while_somebody_types(page, address):
    open_card(page, address, "text")
    page.focus("#value")
    page.keyboard.type("su1")
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("sent")
    assert page.inner_text("body") == "sent {'value': ['su1']}"


def test_a_card_that_came_later_has_its_keys_too(page, address):
    open_card(page, address, "choice")
    page.evaluate(
        "const form = document.querySelector('[data-card]').cloneNode(true);"
        "form.querySelector('[name=value]').value = 'fresh';"
        "document.querySelector('[data-card]').replaceWith(form)"
    )
    page.keyboard.press("1")
    expect(page.locator("body")).to_contain_text("sent")
    assert page.inner_text("body") == "sent {'value': ['fresh']}"


def test_who_turned_the_keys_off_finds_them_off_again(page, address):
    open_card(page, address, "choice")
    page.click("[data-keys-toggle]")
    page.reload()
    page.keyboard.press("1")
    assert page.get_attribute("[data-keys-toggle]", "aria-pressed") == "false"
    assert page.title() == "card"


def send(page: Page, name: str) -> None:
    page.set_input_files(
        "[type=file]", {"name": name, "mimeType": "image/png", "buffer": b"x" * 200_000}
    )
    page.click("button")


def test_an_upload_goes_where_the_site_leads(page, address):
    page.goto(f"{address}/upload")
    send(page, "good.png")
    page.wait_for_url(f"{address}/taken")
    assert page.inner_text("body") == "taken"


def test_a_refused_upload_shows_its_errors_and_can_be_sent_again(page, address):
    page.goto(f"{address}/upload")
    send(page, "bad.exe")
    page.wait_for_selector("[role=alert]")
    assert page.evaluate("document.activeElement.textContent") == "Not a picture."
    send(page, "good.png")
    page.wait_for_url(f"{address}/taken")


def test_an_upload_that_was_too_much_says_so_and_gives_the_form_back(page, address):
    page.goto(f"{address}/upload")
    send(page, "huge.png")
    expect(page.get_by_role("status")).to_contain_text("413")
    assert page.is_enabled("button")
