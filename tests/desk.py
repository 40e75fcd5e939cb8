"""For tests of the coordinator's pages: forms filled as a browser fills them, and pages read as a browser reads them."""

from __future__ import annotations

import json
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.datastructures import MultiDict

from blueprints import _jobs
from blueprints._database import db
from microtasks import campaigns, database, jobs, recipe
from microtasks.models import Campaign
from microtasks.recipe import Recipe

#: A campaign with one question, as the form sends it.
FILLED = {
    "title": "Sort flood messages",
    "description": "Say what each message asks for.",
    "instructions": "Read it **whole**.",
    "lease_minutes": "10",
    "licence": "CC-BY-4.0",
    "stages-0-name": "need",
    "stages-0-text": "What is asked for?",
    "stages-0-kind": "choice",
    "stages-0-question_options": "water\nfood\nnothing",
    "stages-0-mode": "fields",
    "stages-0-slice_columns": "message",
    "stages-0-min_answers": "2",
    "stages-0-max_answers": "5",
    "stages-0-confidence": "90",
    "action": "save",
}


class Reader(HTMLParser):
    """A page taken apart: its elements, the values its form would send, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str]] = []
        self.fields: MultiDict[str, str] = MultiDict()
        self.text = ""
        self._open: tuple[str, str] | None = None
        self._first = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        given = {name: value or "" for name, value in attrs}
        self.attributes += given.items()
        name = given.get("name", "")
        if tag == "input" and name and given.get("type") not in {"checkbox", "radio"}:
            self.fields.add(name, given.get("value", ""))
        elif tag == "input" and name and "checked" in given:
            self.fields.add(name, given.get("value", "on"))
        elif tag in {"select", "textarea"}:
            self._open, self._first = (tag, name), tag == "select"
            self.fields.setdefault(name, "")
        elif tag == "option" and self._open:
            if "selected" in given or self._first:  # unasked, a browser sends the first
                self.fields.setlist(self._open[1], [given.get("value", "")])
            self._first = False

    def handle_endtag(self, tag: str) -> None:
        if self._open and tag == self._open[0]:
            self._open = None

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open and self._open[0] == "textarea":
            name = self._open[1]
            typed = self.fields[name] + data
            self.fields.setlist(name, [typed])


def form_of(html: str) -> MultiDict[str, str]:
    """Return what a browser would send of a page's fields; a textarea loses the newline it begins with."""
    fields = Reader(html).fields
    return MultiDict({name: value.lstrip("\r\n") for name, value in fields.items()})


def is_inert(html: str) -> bool:
    """Say whether a page has no handler, no script of its own and no address that runs."""
    page = Reader(html)
    live = [
        (name, value)
        for name, value in page.attributes
        if name.startswith("on")
        or name in {"srcdoc", "style", "formaction"}
        or (name in {"href", "src", "action"} and ":" in value.split("/")[0])
    ]
    return not live and not page.tags.keys() & {
        "iframe",
        "object",
        "embed",
        "math",
        "base",
    }


def payloads(shared: Path, kind: str) -> list[str]:
    """Return the hostile texts of a kind."""
    lines = (shared / f"data/badinput/generated/fields/{kind}.jsonl").read_text()
    return [json.loads(line) for line in lines.splitlines()]


def work(app: Flask) -> None:
    """Let a worker do what waits."""
    with app.app_context():
        jobs.run_due(sessionmaker(db.engine), _jobs.tools())


def found(session: Session, slug: str) -> Campaign:
    """The campaign as it is now, read without keeping anybody waiting."""
    with database.reading():
        session.rollback()
        fresh = select(Campaign).execution_options(populate_existing=True)
        return session.scalars(fresh.where(Campaign.slug == slug)).one()


def plan(session: Session, slug: str) -> Recipe:
    """The campaign's recipe as reading it again completes it."""
    return recipe.from_table(recipe.table_of(campaigns.recipe_of(found(session, slug))))
