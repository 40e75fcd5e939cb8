"""How much of volunteers' work is wasted: 40 people with 3 seconds of thinking on 2,000 cards x 3 answers, 60 seconds.

The shipped server serves them in a process of its own, on SQLite; the volunteers come over HTTP.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import create_app
from benchmarks.result import Result
from blueprints._clock import utcnow
from blueprints._database import db, transact
from blueprints.commands import _stocking, simulate
from config import Config
from microtasks import campaigns, operating, people
from microtasks.models import Answer, Campaign, Card, Organisation
from microtasks.recipe import Recipe, read

CARDS, VOLUNTEERS, THINK, SECONDS = 2000, 40, 3.0, 60.0
RECIPE = """
title = "Waste"
[[stage]]
name = "need"
slice = { mode = "fields", columns = ["message"] }
question = { kind = "choice", text = "What is asked for?", options = ["water", "food", "nothing"] }
policy = { min_answers = 3, max_answers = 3, confidence = 0.9 }
"""


def measure() -> Iterator[Result]:
    """Let the volunteers work, then count what the database holds."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config(instance_path=folder, port=_free_port())
        app = create_app(config)
        with app.app_context():
            upgrade()
            campaign = _campaign(read(RECIPE))
            with _server(config) as site:
                told = simulate.run(
                    campaign,
                    site,
                    volunteers=VOLUNTEERS,
                    think=THINK,
                    seconds=SECONDS,
                )
            yield from _results(told)
            db.engine.dispose()


def _results(told: dict[str, Any]) -> Iterator[Result]:
    beyond = db.session.scalar(
        select(func.count(Card.id)).where(
            select(func.count(Answer.id))
            .where(
                Answer.card_id == Card.id, Answer.counted, Answer.withdrawn_at.is_(None)
            )
            .scalar_subquery()
            > Card.max_answers
        )
    )
    uncounted = db.session.scalar(select(func.count(Answer.id)).where(~Answer.counted))
    figures = {
        "answers": (told["answers"], "answers"),
        "counted_beyond_asked": (beyond, "cards"),
        "kept_uncounted": (uncounted, "answers"),
        "false_nothing_left": (told["false_nothing"], "pages"),
        "acknowledged_and_lost": (told["lost"], "answers"),
        "refused_or_failed": (told["errors_4xx"] + told["errors_5xx"], "requests"),
        "answers_per_second": (told["answers_per_second"], "answers/s"),
        "next_card_p50": (told["p50_ms"], "ms"),
        "next_card_p95": (told["p95_ms"], "ms"),
    }
    for name, (value, unit) in figures.items():
        yield Result(f"dispatch_waste_{name}", float(value or 0), unit)


def _campaign(recipe: Recipe) -> Campaign:
    organisation = transact(_organisation)
    campaign = _stocking.campaign_of(organisation, recipe)
    rows = "".join(f"{n},message number {n}\n" for n in range(CARDS))
    _stocking.stock(campaign, {"messages.csv": f"id,message\n{rows}".encode()})
    transact(lambda session: campaigns.open_(session, campaign, utcnow()))
    return campaign


def _organisation(session: Session) -> Organisation:
    owner = people.sign_up(
        session, "owner@example.org", "Owner", os.urandom(12).hex(), now=utcnow()
    )
    made = people.found(session, owner, "Relief", now=utcnow())
    operating.approve(session, made, by=None, now=utcnow())
    return made


@contextmanager
def _server(config: Config) -> Iterator[str]:
    """Run `flask serve` until the volunteers have gone."""
    environment = os.environ | {
        "INSTANCE_PATH": config.instance_path,
        "PORT": str(config.port),
        "DATABASE_URL": "",
        "PUBLIC_URL": "",
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "serve"]
    root = Path(__file__).parent.parent
    server = subprocess.Popen(
        command, env=environment, cwd=root, stderr=subprocess.DEVNULL
    )
    site = f"http://127.0.0.1:{config.port}"
    try:
        _wait_for(site)
        yield site
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(site: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{site}/healthz", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not come up")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
