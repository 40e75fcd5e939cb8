"""Pages become cards of lines; a blank one is kept, with a sentence for the coordinator."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks.jobs import Tools
from microtasks.models import Card, JobState, Refused, Source, UploadState
from tests import uploading
from tests.pages import Page

LINES = """
title = "Type a letter"

[[stage]]
name = "type"
slice = { mode = "lines" }
question = { kind = "text", text = "Type the line." }
"""


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return uploading.tools(tmp_path)


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    page = Page(1000, 800)
    page.column(100, 100, 800, lines=6)
    return page.save(tmp_path / "letter.png")


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    return Page(1000, 800).save(tmp_path / "blank.png")


def test_each_line_becomes_a_card_and_a_blank_page_is_kept_with_the_reason(
    session_on_each: Session, tools: Tools, letter: Path, blank: Path
) -> None:
    session = session_on_each
    campaign = uploading.draft(session, LINES)
    upload = uploading.send(session, campaign, tools, blank, letter)
    assert uploading.run_jobs(session, tools) == [JobState.done]

    assert upload.state == UploadState.taken
    assert {s.name for s in session.scalars(select(Source))} == {
        "blank.png",
        "letter.png",
    }
    cards = session.scalars(select(Card).order_by(Card.order)).all()
    assert [card.slice for card in cards] == [f"line{n}" for n in range(1, 7)]
    assert {card.source.name for card in cards} == {"letter.png"}
    tops = [card.region["y"] for card in cards]
    assert tops == sorted(tops)
    (told,) = session.scalars(select(Refused))
    assert told.file == "blank.png"
    assert "no lines of text were found" in told.reason
    assert "kept" in told.reason


def test_only_a_blank_page_is_an_upload_that_was_taken(
    session: Session, tools: Tools, blank: Path
) -> None:
    campaign = uploading.draft(session, LINES)
    upload = uploading.send(session, campaign, tools, blank)
    assert uploading.run_jobs(session, tools) == [JobState.done]
    assert upload.state == UploadState.taken
    assert session.scalars(select(Source)).one().name == "blank.png"
