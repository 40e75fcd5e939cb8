"""The people who answered a stage: their answers read together for the batch clock, and what it found of each written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks import database
from microtasks.models import (
    Answer,
    Card,
    CardState,
    Clock,
    Identity,
    Resolution,
    Standing,
)
from microtasks.questions.kind import Ballot, Estimate, Value


@dataclass(slots=True)
class Crowd:
    """A stage's counted answers, and those to gold cards, as the estimate sees them: one ballot per person and card."""

    ballots: list[Ballot] = field(default_factory=list)
    #: What is known of a card without the crowd: gold, or a reviewer's word.
    known: dict[str, Value] = field(default_factory=dict)
    #: The answers that each card had when they were read, in the order in which they came.
    rests_on: dict[int, list[int]] = field(default_factory=dict)
    #: Person -> the browsers that this person answered from.
    people: dict[str, set[int]] = field(default_factory=dict)


def read(
    session: Session, stage_id: int, crowd: Crowd, chunk: int = 2000
) -> Iterator[None]:
    """Read a stage's answers into a crowd piece by piece, with a yield where a transaction should end."""
    seen: set[tuple[int, str]] = set()
    after = 0
    while rows := session.execute(_answers(stage_id, after).limit(chunk)).all():
        for row in rows:
            person = f"a{row.account_id}" if row.account_id else f"i{row.identity_id}"
            crowd.people.setdefault(person, set()).add(row.identity_id)
            if (row.card_id, person) not in seen:
                seen.add((row.card_id, person))
                fast = "fast" in row.flag.split()
                crowd.ballots.append(Ballot(str(row.card_id), person, row.value, fast))
            if row.gold is None:
                crowd.rests_on.setdefault(row.card_id, []).append(row.id)
            else:
                crowd.known[str(row.card_id)] = row.gold
        after = rows[-1].id
        yield
    crowd.known.update(_reviewed(session, stage_id))
    yield


def _reviewed(session: Session, stage_id: int) -> dict[str, Value]:
    rows = session.execute(
        select(Resolution.card_id, Resolution.value)
        .join(Card, Card.id == Resolution.card_id)
        .where(
            Card.stage_id == stage_id,
            Card.gold.is_(None),
            Resolution.clock == Clock.review,
        )
        .order_by(Resolution.id)
    )
    return {str(card): value for card, value in rows}


def _answers(stage_id: int, after: int) -> Any:
    return (
        select(
            Answer.id,
            Answer.card_id,
            Answer.identity_id,
            Answer.value,
            Answer.flag,
            Card.gold,
            Identity.account_id,
        )
        .join(Identity, Identity.id == Answer.identity_id)
        .join(Card, Card.id == Answer.card_id)
        .where(
            Answer.stage_id == stage_id,
            Answer.id > after,
            (Answer.counted.is_(True) & Answer.gold.is_(False) & Card.gold.is_(None))
            | (Answer.gold.is_(True) & Card.gold.is_not(None)),
            Answer.withdrawn_at.is_(None),
            Card.state != CardState.withdrawn,
        )
        .order_by(Answer.id)
    )


def standings(
    crowd: Crowd, estimate: Estimate, stage_id: int
) -> Iterator[dict[str, Any]]:
    """Yield a row of Standing for every browser of every person."""
    for person, identities in crowd.people.items():
        found = estimate.workers.get(person)
        if found is None:
            continue
        for identity in sorted(identities):
            yield {
                "stage_id": stage_id,
                "identity_id": identity,
                "accuracy": found.accuracy,
                "low": found.low,
                "high": found.high,
                "answers": found.answers,
                "record": found.record,
            }


def write_standings(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write how often volunteers are right, over what was believed before."""
    insert = database.insert(session, Standing).values(list(rows))
    measured = ("accuracy", "low", "high", "answers", "record")
    changed = {name: getattr(insert.excluded, name) for name in measured}
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["stage_id", "identity_id"], set_=changed
        )
    )
