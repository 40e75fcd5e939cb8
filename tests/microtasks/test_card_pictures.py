"""A card's picture is its region and nothing else, cut once and then kept."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks import card_pictures
from microtasks.errors import NotFound
from microtasks.jobs import Tools
from microtasks.models import Card, Source
from tests import uploading, world
from tests.uploading import TILES


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return uploading.tools(tmp_path)


def quarters(path: Path) -> Path:
    """A picture whose four quarters have colours of their own."""
    image = Image.new("RGB", (256, 256), "red")
    draw = ImageDraw.Draw(image)
    draw.rectangle((128, 0, 255, 127), "lime")
    draw.rectangle((0, 128, 127, 255), "blue")
    draw.rectangle((128, 128, 255, 255), "white")
    image.save(path)
    return path


def opened(cut: card_pictures.CardPicture) -> Image.Image:
    return Image.open(io.BytesIO(cut.body)).convert("RGB")


@pytest.mark.parametrize(
    ("name", "mime"), [("a.png", "image/png"), ("a.jpg", "image/jpeg")]
)
def test_each_card_shows_its_own_tile(
    session: Session, tools: Tools, tmp_path: Path, name: str, mime: str
) -> None:
    campaign = uploading.draft(session, TILES)
    uploading.send(session, campaign, tools, quarters(tmp_path / name))
    uploading.run_jobs(session, tools)

    colours = []
    for card in session.scalars(select(Card).order_by(Card.order)):
        cut = card_pictures.picture(tools.store, card.source, card.region)
        assert cut.mime == mime
        assert opened(cut).size == (128, 128)
        colours.append(opened(cut).getpixel((64, 64)))
    expected = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)]
    for seen, wanted in zip(colours, expected, strict=True):
        assert isinstance(seen, tuple)
        assert all(abs(a - b) < 8 for a, b in zip(seen, wanted, strict=True))


def test_a_picture_is_cut_once_and_made_small_enough(
    session: Session, tools: Tools, tmp_path: Path
) -> None:
    campaign = uploading.draft(session, TILES)
    uploading.send(session, campaign, tools, quarters(tmp_path / "a.png"))
    uploading.run_jobs(session, tools)
    source = session.scalars(select(Source)).one()
    region = {"x": 0, "y": 0, "width": 256, "height": 128}

    small = card_pictures.picture(tools.store, source, region, longest_side=64)
    assert opened(small).size == (64, 32)

    assert source.picture is not None
    tools.store.delete(source.picture)
    again = card_pictures.picture(tools.store, source, region, longest_side=64)
    assert again == small
    with pytest.raises(NotFound):
        card_pictures.picture(tools.store, source, region, longest_side=65)


def test_a_record_has_no_picture(session: Session, tools: Tools) -> None:
    world.campaign(session, cards=1)
    (card,) = world.cards(session)
    with pytest.raises(NotFound):
        card_pictures.picture(tools.store, card.source, card.region)
