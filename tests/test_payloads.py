"""Hostile text as data: in cells, titles, questions and answers it is shown as text on every page, and exports run nothing."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints._clock import utcnow
from microtasks import campaigns
from microtasks.datasets import cells
from microtasks.models import Campaign, Card, CardState, Source
from microtasks.recipe import Recipe, StagePlan, read, write
from tests.cast import Cast
from tests.conftest import NOON
from tests.gate import Gate

FILES = ("xss", "htmx", "template", "sql", "csv_formula", "unicode")
STAGE = """
title = "t"
[[stage]]
name = "said"
slice = { mode = "fields", columns = ["message"] }
question = { kind = "text", text = "q" }
policy = { min_answers = 2, max_answers = 2, confidence = 1.0 }
"""
SCRIPT = "</title></h1><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"
_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_ADDRESSES = {"href", "src", "action", "formaction", "hx-get", "hx-post"}


class Elements(HTMLParser):
    """A page's elements with their attributes, and the texts of its descriptions (`dd`) and table cells."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.described: list[str] = []
        self.text = ""
        self._inside = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag == "dd":
            self.described.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._inside == "dd":
            self.described[-1] += data

    @property
    def skeleton(self) -> list[tuple[str, list[str]]]:
        """What the page is made of, without any text or value."""
        return [(tag, sorted(attrs)) for tag, attrs in self.elements]

    def active(self) -> list[tuple[str, dict[str, str]]]:
        """Elements that our templates never write: code, events, styles, other sites' addresses."""
        return [(tag, attrs) for tag, attrs in self.elements if _is_active(tag, attrs)]


def _is_active(tag: str, attrs: dict[str, str]) -> bool:
    ours = all(
        value.startswith(("/", "#", "?")) and not value.startswith("//")
        for name, value in attrs.items()
        if name in _ADDRESSES
    )
    return (
        not ours
        or any(name.startswith("on") or name == "style" for name in attrs)
        or (tag == "script" and "src" not in attrs)
        or tag in {"iframe", "object", "embed", "math", "style", "base"}
        or (tag == "meta" and "http-equiv" in attrs)
    )


def look(browser: FlaskClient, address: str) -> Elements:
    """Open a page that must be there and hold nothing active."""
    answer = browser.get(address)
    assert answer.status_code == 200, address
    page = Elements(answer.text)
    assert page.active() == [], address
    return page


@pytest.fixture
def payloads(shared: Path) -> list[str]:
    folder = shared / "data/badinput/generated/fields"
    return [
        json.loads(line)
        for name in FILES
        for line in (folder / f"{name}.jsonl").read_text().splitlines()
    ]


@pytest.fixture
def campaign(session: Session, cast: Cast) -> Campaign:
    """A campaign whose own words are hostile too."""
    (stage,) = read(STAGE).stages
    question = type(stage.question)("text", SCRIPT, help=SCRIPT)
    plan = StagePlan(stage.name, stage.cut, question, stage.policy)
    written = write(Recipe(title=SCRIPT[:120], description=SCRIPT, stages=(plan,)))
    made = campaigns.create(session, cast.river, read(written), NOON)
    session.commit()
    return made


def answer_all(volunteer: FlaskClient, slug: str, session: Session, also: str) -> int:
    """Answer every card with what stands on it; count the cards."""
    deck, seen = f"/c/{slug}/work", 0
    while True:
        page = look(volunteer, deck)
        if not page.described:
            return seen
        seen += 1
        fields = {attrs["name"]: attrs.get("value", "") for tag, attrs in page.elements if tag == "input" and attrs.get("type") == "hidden"}  # fmt: skip
        said = fields | {"value": page.described[0] + also, "action": "answer"}
        status = volunteer.post(deck, data=said).status_code
        assert status in {303, 422}
        if status == 422:
            assert volunteer.post(deck, data=said | {"value": "x" + also}).status_code == 303  # fmt: skip


def test_hostile_text_is_shown_as_text_on_every_page_and_exported_inert(
    app: Flask,
    session: Session,
    cast: Cast,
    browser_of: Callable[..., FlaskClient],
    campaign: Campaign,
    payloads: list[str],
) -> None:
    gate = Gate(app, session, browser_of(cast.amina), campaign)
    slug = campaign.slug
    texts = ["plain words", *payloads, "plain words", "plain words"]
    rows = (json.dumps({"id": f"{n} {t[:40]}", "message": t}) for n, t in enumerate(texts))  # fmt: skip
    address = gate.send(("rows.jsonl", "\n".join(rows).encode()))
    gate.work()
    outcome = gate.outcome(address)
    kept = [
        t for t in texts if t.isprintable() or not re.search("[\0\ud800-\udfff]", t)
    ]
    assert len(outcome.sources) == len(kept) >= 50
    assert len(outcome.refused) == len(texts) - len(kept) == 2

    for page in (address, "sources", "preview", "", "settings", "progress"):
        look(gate.browser, page if page == address else f"/manage/{slug}/{page}")
    _preview(gate, slug, kept)
    session.rollback()
    campaigns.open_(session, campaign, utcnow())
    session.commit()
    for address in ("/", f"/c/{slug}/"):
        look(app.test_client(), address)
    for also in ("", "!"):
        assert answer_all(app.test_client(), slug, session, also) == len(kept)
    _review(gate, slug, session)
    _export(gate, slug, kept)


def _preview(gate: Gate, slug: str, kept: list[str]) -> None:
    plain = look(gate.browser, f"/manage/{slug}/preview?card={len(kept) - 1}")
    for number, text in enumerate(kept[1:-1], 2):
        page = look(gate.browser, f"/manage/{slug}/preview?card={number}")
        assert page.described == [text]
        assert page.skeleton == plain.skeleton


def _review(gate: Gate, slug: str, session: Session) -> None:
    """Two who disagree leave a card to the reviewer, with what they said on buttons."""
    contested = session.scalars(
        select(Source)
        .join(Card, Card.source_id == Source.id)
        .where(Card.state == CardState.contested)
    ).all()
    session.rollback()
    assert len(contested) >= 50
    for number in range(1, len(contested) + 1):
        page = look(gate.browser, f"/manage/{slug}/review?card={number}")
        assert page.described


def _export(gate: Gate, slug: str, kept: list[str]) -> None:
    ask = gate.browser.post(f"/datasets/{slug}/freeze", data={"audience": "team"})
    gate.work()
    look(gate.browser, ask.location)
    with (
        gate.browser.get(f"{ask.location}data.zip") as answer,
        zipfile.ZipFile(io.BytesIO(answer.data)) as archive,
    ):
        tables = {
            name: archive.read(name).decode()
            for name in archive.namelist()
            if name.endswith(".csv")
        }
    for name, table in tables.items():
        for row in csv.reader(io.StringIO(table, newline="")):
            for cell in row:
                assert _NUMBER.fullmatch(cell) or not _FORMULA.match(cell), name
    header, *rows = cells.read(io.StringIO(tables["table.csv"], newline=""))
    at = header.index("message")
    assert [row[at] for row in rows] == kept
