"""How much of volunteers' work is wasted: 40 people with 3 seconds of thinking on 2,000 cards x 3 answers, 60 seconds.

The shipped server serves them in a process of its own, on SQLite; the volunteers come over HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from benchmarks import _site
from benchmarks.result import Result
from blueprints._database import db
from blueprints.commands import simulate
from microtasks.models import Answer, Card

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
    with _site.empty() as config:
        campaign = _site.campaign(RECIPE, _site.messages(CARDS))
        number, slug = campaign.id, campaign.slug
        db.session.rollback()  # while it is open nobody else could write
        with _site.served(config) as site:
            told = simulate.run(
                number,
                slug,
                site,
                volunteers=VOLUNTEERS,
                think=THINK,
                seconds=SECONDS,
            )
        yield from _results(told)


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
