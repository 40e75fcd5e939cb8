"""64 people race over HTTP for the one place of one card, again and again: one of them gets it, and one answer counts.

`make bench ONLY=race` races a hundred times on SQLite; `python -m benchmarks.race --rounds 1000` a thousand times (some
twenty minutes), with `--postgresql` on PostgreSQL.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from threading import Barrier

from sqlalchemy import func, select, update

from benchmarks import _site
from benchmarks.result import Result
from blueprints._clock import utcnow
from blueprints._database import db, transact
from blueprints.commands import _forms_reader
from blueprints.commands._browser import Browser, Page, pool
from microtasks import places
from microtasks.models import Answer, Campaign, Card, CardState

CLIENTS, ROUNDS = 64, 100
RECIPE = """
title = "Race"
[[stage]]
name = "need"
slice = { mode = "fields", columns = ["message"] }
question = { kind = "choice", text = "What is asked for?", options = ["water", "food", "nothing"] }
policy = { min_answers = 1, max_answers = 1, confidence = 0.5 }
"""


#: Who hears nothing, or that the server is away, asks again after so long, as a browser does.
PAUSE, TRIES = 0.3, 60


@dataclass(slots=True)
class Tally:
    """What all rounds came to."""

    rounds: int = 0
    leases: int = 0
    answers: int = 0
    #: Requests that were not served at once, by status; 0 where the line broke.
    failures: Counter[int] = field(default_factory=Counter)
    violations: int = 0
    seconds: float = 0.0


def race(site: str, campaign: Campaign, clients: int, rounds: int) -> Tally:
    """Open one card's only place at a time and let everybody run for it at once."""
    cards, deck = _cards(campaign)[:rounds], f"/c/{campaign.slug}/work"
    _change(cards, state=CardState.held)
    lines, tally, begun = pool(clients), Tally(), time.monotonic()
    runners, start = [Browser(site, lines) for _ in range(clients)], Barrier(clients)
    with ThreadPoolExecutor(clients) as threads:
        for card in cards:
            at = places.queue_position(utcnow())
            _change([card], state=CardState.open, position=at)
            seen = list(threads.map(lambda one: run(one, deck, start), runners))
            _judge(tally, card, seen)
    lines.clear()
    tally.seconds = time.monotonic() - begun
    return tally


def run(browser: Browser, deck: str, start: Barrier) -> list[int]:
    """Ask for a card with all the others and answer it if there is one; return the statuses met, an answer's last."""
    start.wait(120)
    met: list[int] = []
    page = _heard(lambda: browser.get(deck), met)
    card = _forms_reader.read(page.text).card
    if card is not None:
        fields = card.answered(("water",))
        _heard(lambda: browser.post(card.action, fields), met)
    return met


def _heard(send: Callable[[], Page], met: list[int]) -> Page:
    for _ in range(TRIES):
        page = send()
        met.append(page.status)
        if not page.is_broken:
            break
        time.sleep(PAUSE)
    return page


def _judge(tally: Tally, card: int, seen: Sequence[list[int]]) -> None:
    """Count a round as violated unless one was shown the card and exactly the answer asked for counts."""
    failed = Counter(s for one in seen for s in one if s == 0 or s >= 400)
    heard = [[s for s in one if s in {200, 303, 409, 422}] for one in seen]
    leases = sum(len(statuses) == 2 for statuses in heard)
    taken = sum(statuses[1:] == [303] for statuses in heard)
    row = db.session.execute(
        select(Card.counted, Card.leased, Card.asked, func.count(Answer.id))
        .outerjoin(Answer, (Answer.card_id == Card.id) & Answer.counted)
        .where(Card.id == card)
        .group_by(Card.id)
    ).one()
    db.session.rollback()
    tally.rounds += 1
    tally.leases += leases
    tally.answers += taken
    tally.failures += failed
    if (leases, taken, *row) != (1, 1, 1, 0, 1, 1):
        tally.violations += 1
        print(f"round {tally.rounds}: {leases} leases, {taken} taken, row {row}, failed {dict(failed)}", file=sys.stderr)  # fmt: skip


def _cards(campaign: Campaign) -> Sequence[int]:
    stage = campaign.stages[0].id
    return db.session.scalars(select(Card.id).where(Card.stage_id == stage)).all()


def _change(cards: Sequence[int], **values: object) -> None:
    change = update(Card).where(Card.id.in_(cards)).values(**values)
    transact(lambda session: session.execute(change))


def measure(
    clients: int = CLIENTS, rounds: int = ROUNDS, postgresql: bool = False
) -> Iterator[Result]:
    """Race on a site of its own, on SQLite or PostgreSQL."""
    with (
        _site.postgres() if postgresql else nullcontext("") as url,
        _site.empty(url) as config,
    ):
        campaign = _site.campaign(RECIPE, _site.messages(rounds))
        with _site.served(config) as site:
            tally = race(site, campaign, clients, rounds)
    name = f"race_{'postgresql' if postgresql else 'sqlite'}"
    yield Result(f"{name}_rounds_violated", tally.violations, "rounds")
    yield Result(f"{name}_rounds", tally.rounds, "rounds")
    yield Result(f"{name}_leases_per_round", tally.leases / tally.rounds, "leases")
    yield Result(f"{name}_answers_counted", tally.answers, "answers")
    for status, times in sorted(tally.failures.items()):
        yield Result(f"{name}_requests_failed_{status}", times, "requests")
    yield Result(f"{name}_seconds", tally.seconds, "s")


def main() -> None:
    """Race as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--postgresql", action="store_true")
    for result in measure(**vars(parser.parse_args())):
        print(json.dumps(result.as_dict()), flush=True)


if __name__ == "__main__":
    main()
