"""The people who answered a stage: their answers read together for the batch clock, and what it found of each written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks import database
from microtasks.models import Answer, Card, CardState, Identity, Standing
from microtasks.questions.kind import Ballot, Reliability


@dataclass(slots=True)
class Crowd:
    """A stage's counted answers as the estimate sees them: one ballot per person and card."""

    ballots: list[Ballot] = field(default_factory=list)
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
            crowd.rests_on.setdefault(row.card_id, []).append(row.id)
        after = rows[-1].id
        yield
    yield


def _answers(stage_id: int, after: int) -> Any:
    return (
        select(
            Answer.id,
            Answer.card_id,
            Answer.identity_id,
            Answer.value,
            Answer.flag,
            Identity.account_id,
        )
        .join(Identity, Identity.id == Answer.identity_id)
        .join(Card, Card.id == Answer.card_id)
        .where(
            Answer.stage_id == stage_id,
            Answer.id > after,
            Answer.counted.is_(True),
            Answer.withdrawn_at.is_(None),
            Answer.gold.is_(False),
            Card.state != CardState.withdrawn,
        )
        .order_by(Answer.id)
    )


def standings(
    crowd: Crowd, workers: Mapping[str, Reliability], stage_id: int
) -> list[dict[str, Any]]:
    """Return a row of Standing for every browser of every person."""
    return [
        {
            "stage_id": stage_id,
            "identity_id": identity,
            "accuracy": workers[person].accuracy,
            "low": workers[person].low,
            "high": workers[person].high,
            "answers": workers[person].answers,
        }
        for person, identities in crowd.people.items()
        for identity in sorted(identities)
        if person in workers
    ]


def write_standings(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write how often volunteers are right, over what was believed before."""
    insert = database.insert(session, Standing).values(list(rows))
    measured = ("accuracy", "low", "high", "answers")
    changed = {name: getattr(insert.excluded, name) for name in measured}
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["stage_id", "identity_id"], set_=changed
        )
    )
