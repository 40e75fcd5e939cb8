"""The pages of data sets: made by members, cited and downloaded by everybody once public, unknown to eve."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from blueprints import _jobs
from blueprints._database import db
from microtasks import jobs
from microtasks.models import AuditLine, Campaign, CampaignState, DataSet
from tests import world
from tests.cast import Cast

Browser = Callable[..., FlaskClient]


@pytest.fixture
def slug(session: Session, cast: Cast) -> str:
    """The address of a public campaign of River Relief; no transaction is left open."""
    made = world.campaign(session, organisation=cast.river, publish=["id"])
    name = made.slug
    session.commit()
    return name


def work(app: Flask) -> None:
    """Let a worker do what waits."""
    with app.app_context():
        jobs.run_due(sessionmaker(db.engine), _jobs.tools())


def freeze(app: Flask, browser: FlaskClient, slug: str, audience: str = "team") -> str:
    answer = browser.post(f"/datasets/{slug}/freeze", data={"audience": audience})
    assert answer.status_code == 303, answer.text
    work(app)
    return str(answer.headers["Location"])


def test_a_manager_makes_a_data_set_and_downloads_it(
    app: Flask, browser_of: Browser, slug: str
) -> None:
    mara = browser_of("mara@example.org")
    page = freeze(app, mara, slug)
    assert page == f"/datasets/{slug}/1/"
    text = mara.get(page).text.replace("<wbr>", "")
    answer = mara.get(f"{page}data.zip", buffered=True)
    digest = hashlib.sha256(answer.data).hexdigest()
    assert digest in text
    assert "consensus.csv" in text
    assert "How to cite it" in text
    assert "consensus.csv" in zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert answer.headers["Content-Disposition"] == f"attachment; filename={slug}-v1.zip"  # fmt: skip
    assert answer.mimetype == "application/zip"


def test_the_page_of_a_data_set_that_is_being_written_looks_again_by_itself(
    app: Flask, browser_of: Browser, slug: str
) -> None:
    mara = browser_of("mara@example.org")
    page = mara.post(f"/datasets/{slug}/freeze", data={"audience": "team"}).headers["Location"]  # fmt: skip
    before = mara.get(page, headers={"HX-Request": "true"}).text
    assert before.strip().startswith('<section id="data_set"')
    assert 'hx-trigger="every 2s"' in before
    assert mara.get(f"{page}data.zip", buffered=True).status_code == 404
    work(app)
    after = mara.get(page, headers={"HX-Request": "true"}).text
    assert "hx-trigger" not in after
    assert "Download" in after


def test_an_interrupted_download_goes_on_where_it_stopped(
    app: Flask, browser_of: Browser, slug: str
) -> None:
    mara = browser_of("mara@example.org")
    address = freeze(app, mara, slug) + "data.zip"
    whole = mara.get(address, buffered=True)
    rest = mara.get(address, buffered=True, headers={"Range": "bytes=100-", "If-Range": whole.headers["ETag"]})  # fmt: skip
    assert rest.status_code == 206
    assert rest.data == whole.data[100:]
    assert mara.get(address, buffered=True, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304  # fmt: skip


def test_a_published_data_set_is_for_everybody_and_holds_published_columns_only(
    app: Flask, client: FlaskClient, browser_of: Browser, slug: str
) -> None:
    page = freeze(app, browser_of("mara@example.org"), slug, "public")
    assert "Everybody may download" in client.get(page).text
    with zipfile.ZipFile(
        io.BytesIO(client.get(f"{page}data.zip", buffered=True).data)
    ) as archive:
        assert b"message 1" not in archive.read("table.csv")
    assert page in client.get(f"/datasets/{slug}/").text


def test_a_private_data_set_does_not_exist_for_strangers(
    app: Flask, client: FlaskClient, browser_of: Browser, slug: str
) -> None:
    page = freeze(app, browser_of("mara@example.org"), slug)
    eve = browser_of("eve@example.org")
    for stranger in (client, eve):
        assert stranger.get(page).status_code == 404
        assert stranger.get(f"{page}data.zip", buffered=True).status_code == 404
        assert stranger.get(f"/datasets/{slug}/2/").status_code == 404
        assert page not in stranger.get(f"/datasets/{slug}/").text


def test_a_public_data_set_hides_with_its_campaign(
    app: Flask, session: Session, client: FlaskClient, browser_of: Browser, slug: str
) -> None:  # fmt: skip
    page = freeze(app, browser_of("mara@example.org"), slug, "public")
    campaign = session.scalars(select(Campaign)).one()
    campaign.state = CampaignState.draft
    session.commit()
    assert client.get(page).status_code == 404
    assert client.get(f"/datasets/{slug}/").status_code == 404


def test_members_below_manager_neither_make_nor_download(
    app: Flask, browser_of: Browser, slug: str
) -> None:
    page = freeze(app, browser_of("mara@example.org"), slug)
    for member in ("ben@example.org", "vic@example.org"):
        browser = browser_of(member)
        assert browser.get(f"/datasets/{slug}/").status_code == 200
        assert browser.get(page).status_code == 403
        assert browser.get(f"{page}data.zip", buffered=True).status_code == 403
        answer = browser.post(f"/datasets/{slug}/freeze", data={"audience": "team"})
        assert answer.status_code == 403


def test_a_published_data_set_can_be_taken_back_and_shown_again(
    app: Flask, session: Session, client: FlaskClient, browser_of: Browser, slug: str
) -> None:  # fmt: skip
    mara = browser_of("mara@example.org")
    page = freeze(app, mara, slug, "public")
    mara.post(f"{page}visibility", data={"visible": "no"})
    assert client.get(page).status_code == 404
    mara.post(f"{page}visibility", data={"visible": "yes"})
    assert client.get(page).status_code == 200
    deeds = set(session.scalars(select(AuditLine.deed)))
    assert {"dataset.publish", "dataset.hide", "dataset.show"} <= deeds


def test_a_data_set_made_for_the_team_is_never_shown_to_everybody(
    app: Flask, client: FlaskClient, browser_of: Browser, slug: str
) -> None:
    mara = browser_of("mara@example.org")
    page = freeze(app, mara, slug)
    assert mara.post(f"{page}visibility", data={"visible": "yes"}).status_code == 409
    assert client.get(page).status_code == 404


def test_a_data_set_for_nobody_in_particular_is_not_made(
    browser_of: Browser, session: Session, slug: str
) -> None:
    mara = browser_of("mara@example.org")
    answer = mara.post(f"/datasets/{slug}/freeze", data={"audience": "all"})
    assert answer.status_code == 422
    assert session.scalar(select(func.count(DataSet.id))) == 0


def test_eve_and_strangers_make_and_change_nothing(
    app: Flask, session: Session, client: FlaskClient, browser_of: Browser, slug: str
) -> None:  # fmt: skip
    page = freeze(app, browser_of("mara@example.org"), slug, "public")
    for stranger, refused in ((browser_of("eve@example.org"), {404}), (client, {303, 401})):  # fmt: skip
        for address, form in (
            (f"/datasets/{slug}/freeze", {"audience": "public"}),
            (f"{page}visibility", {"visible": "no"}),
        ):
            assert stranger.post(address, data=form).status_code in refused
    assert session.scalars(select(DataSet.is_public)).all() == [True]
