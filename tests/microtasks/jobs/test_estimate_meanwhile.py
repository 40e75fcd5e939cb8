"""What volunteers do while the batch clock computes is not overruled by what it read before."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks import jobs
from microtasks.jobs import estimate
from microtasks.models import Answer, Clock
from tests import uploading, world
from tests.conftest import NOON
from tests.microtasks.jobs.test_estimate import crowded, say, words

#: By this step the answers have been read and nothing has been written.
READ = 4


def test_an_answer_exchanged_for_another_meanwhile_waits_for_the_next_estimate(
    session: Session, tmp_path: Path
) -> None:
    campaign, people = crowded(session)
    card = world.cards(session)[0]
    job = jobs.plan(session, "estimate", campaign=campaign, now=NOON)
    session.commit()

    steps = estimate.steps(session, job, uploading.tools(tmp_path))
    for number, _step in enumerate(steps, 1):
        session.commit()
        if number == READ:
            old = session.scalars(
                select(Answer).filter_by(card_id=card.id, identity_id=people[0].id)
            ).one()
            old.withdrawn_at, old.key, card.counted = NOON, "old", card.counted - 1
            say(session, card, people[0], "food")
            session.commit()
    session.commit()

    assert words(session, card) == [("water", Clock.live)]
    assert len(words(session, world.cards(session)[1])) == 2
