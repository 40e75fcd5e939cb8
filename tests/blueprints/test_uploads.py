"""Uploads through the pages: files become sources and cards, what is refused is listed with its place."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from microtasks import campaigns, recipe
from microtasks.models import Card, Source, Upload
from tests.cast import Cast
from tests.conftest import NOON
from tests.desk import is_inert, payloads, work
from tests.uploading import CHOICE, TILES

Browser = Callable[..., FlaskClient]
SWAP = {"HX-Request": "true"}


@pytest.fixture
def slug(session: Session, cast: Cast) -> str:
    """The address of a draft of River Relief that asks about messages."""
    made = campaigns.create(session, cast.river, recipe.read(CHOICE), NOON)
    name = made.slug
    session.commit()
    return name


def send(browser: FlaskClient, slug: str, *files: tuple[str, bytes]) -> str:
    """Upload files and return the address of the upload's page."""
    parts = [(io.BytesIO(body), name) for name, body in files]
    answer = browser.post(f"/manage/{slug}/upload", data={"files": parts})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def count(session: Session, table: type) -> int:
    found = session.scalar(select(func.count()).select_from(table)) or 0
    session.rollback()
    return found


TABLE = b"id,message\n1,Water please\n2,\n3,Food for ten\n"


def test_a_table_becomes_cards_and_its_blank_row_is_named(
    app: Flask, session: Session, browser_of: Browser, slug: str
) -> None:
    mara = browser_of("mara@example.org")
    page = send(mara, slug, ("messages.csv", TABLE))
    before = mara.get(page, headers=SWAP).text
    assert 'hx-trigger="every 1s"' in before
    work(app)
    after = mara.get(page, headers=SWAP).text
    assert "every 1s" not in after
    assert "2 sources became 2 cards." in after
    assert "1 not taken" in after
    assert "messages.csv" in after
    table = mara.get(f"{page}/refused.csv").text
    line = next(csv.DictReader(io.StringIO(table)))
    assert (line["file"], line["row"], line["column"]) == (
        "messages.csv",
        "3",
        "message",
    )
    assert count(session, Card) == 2


def test_the_sources_are_listed_with_their_cards(
    app: Flask, browser_of: Browser, slug: str
) -> None:
    mara = browser_of("mara@example.org")
    send(mara, slug, ("messages.csv", TABLE))
    work(app)
    page = mara.get(f"/manage/{slug}/sources").text
    assert "2 sources" in page
    assert "messages.csv" in page
    assert '<th scope="row" role="rowheader" dir="auto">3</th>' in page


def test_a_zip_of_pictures_shows_its_tiles_to_members(
    app: Flask, session: Session, browser_of: Browser, cast: Cast
) -> None:
    slug = campaigns.create(session, cast.river, recipe.read(TILES), NOON).slug
    session.commit()
    picture, packed = io.BytesIO(), io.BytesIO()
    Image.effect_noise((300, 200), 50).save(picture, "PNG")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("town/north.png", picture.getvalue())
        archive.writestr("town/broken.png", b"no picture")
    mara = browser_of("mara@example.org")
    page = send(mara, slug, ("town.zip", packed.getvalue()))
    work(app)
    assert "town/broken.png" in mara.get(page).text
    card = session.scalars(select(Card)).first()
    session.rollback()
    address = f"/manage/{slug}/cards/{card.public_id}/picture"
    assert address in mara.get(f"/manage/{slug}/preview?card=1").text
    answer = mara.get(address)
    assert answer.mimetype in {"image/png", "image/jpeg"}
    assert "private" in answer.headers["Cache-Control"]
    assert browser_of("eve@example.org").get(address).status_code == 404


def test_what_cannot_be_used_at_all_is_refused_with_a_sentence(
    app: Flask, browser_of: Browser, slug: str
) -> None:
    mara = browser_of("mara@example.org")
    page = send(mara, slug, ("setup.exe", b"MZ\x90\x00"))
    work(app)
    text = mara.get(page).text
    assert "Nothing was taken" in text
    assert "setup.exe" in text


def test_an_upload_without_files_says_so(browser_of: Browser, slug: str) -> None:
    mara = browser_of("mara@example.org")
    answer = mara.post(f"/manage/{slug}/upload", data={"files": (io.BytesIO(), "")})
    assert answer.status_code == 422
    assert "Choose at least one file." in answer.text


def test_more_files_than_an_ordinary_form_has_fields_are_taken(
    session: Session, browser_of: Browser, slug: str
) -> None:
    files = [(f"{n}.csv", b"message\nhello\n") for n in range(1200)]
    send(browser_of("mara@example.org"), slug, *files)
    upload = session.scalars(select(Upload)).one()
    assert len(upload.files) == 1200


def test_sources_are_added_while_a_campaign_runs(
    app: Flask, session: Session, browser_of: Browser, slug: str
) -> None:
    mara = browser_of("mara@example.org")
    send(mara, slug, ("messages.csv", TABLE))
    work(app)
    mara.post(f"/manage/{slug}/state", data={"action": "open"})
    send(mara, slug, ("more.csv", b"id,message\n9,Shelter\n"))
    work(app)
    assert count(session, Source) == 3


def test_hostile_names_stay_text(
    app: Flask, browser_of: Browser, slug: str, shared
) -> None:
    mara = browser_of("mara@example.org")
    texts = payloads(shared, "xss") + payloads(shared, "htmx")
    rows = io.StringIO()
    csv.writer(rows).writerows([["id", "message"], *([text, text] for text in texts)])
    files = [(text.replace("/", "_"), b"?") for text in texts]
    page = send(mara, slug, ("all.csv", rows.getvalue().encode()), *files)
    work(app)
    for address in (page, f"/manage/{slug}/sources", f"/manage/{slug}/preview?card=1"):
        html = mara.get(address).text
        assert is_inert(html)
        assert "&lt;" in html


def test_a_viewer_sees_uploads_and_sends_none(
    app: Flask, browser_of: Browser, slug: str
) -> None:
    page = send(browser_of("mara@example.org"), slug, ("messages.csv", TABLE))
    vic = browser_of("vic@example.org")
    assert vic.get(page).status_code == 200
    assert vic.get(f"/manage/{slug}/upload").status_code == 403
    files = {"files": (io.BytesIO(TABLE), "m.csv")}
    assert vic.post(f"/manage/{slug}/upload", data=files).status_code == 403


def test_an_upload_is_not_found_through_another_campaign(
    session: Session, browser_of: Browser, cast: Cast, slug: str
) -> None:
    theirs = campaigns.create(session, cast.others, recipe.read(CHOICE), NOON).slug
    session.commit()
    page = send(browser_of("mara@example.org"), slug, ("messages.csv", TABLE))
    eve, name = browser_of("eve@example.org"), page.rsplit("/", 1)[1]
    assert eve.get(page).status_code == 404
    assert eve.get(f"/manage/{theirs}/uploads/{name}").status_code == 404
    assert eve.get(f"/manage/{theirs}/uploads/{name}/refused.csv").status_code == 404


def test_a_large_body_is_taken_only_where_files_go_and_from_somebody(
    app: Flask, client: FlaskClient, browser_of: Browser, slug: str
) -> None:
    part = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n'
    )
    body = part + b"message\n" + b"\n" * 2**20 + b"\r\n--x--\r\n"

    def sent(browser: FlaskClient, path: str) -> int:
        kind = "multipart/form-data; boundary=x"
        return browser.post(path, data=body, content_type=kind).status_code

    mara = browser_of("mara@example.org")
    assert sent(mara, "/me/name") == 413
    assert sent(mara, f"/manage/{slug}/upload") == 303
    app.config["WTF_CSRF_ENABLED"] = True  # what reads a form before any view does
    assert sent(client, "/sign-in") == 413
    assert sent(client, f"/manage/{slug}/upload") == 413
