"""Whatever volunteers do in whatever order, the counters follow from the rows and no promise is broken."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from random import Random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from microtasks import answers, database, dispatch, reckoning, reports, undo
from microtasks.answers import Said
from microtasks.errors import MicrotaskError
from microtasks.models import Answer, Base, Card, Identity
from tests import world
from tests.conftest import NOON

PEOPLE = 4
WHO = st.integers(0, PEOPLE - 1)


class Schedule(RuleBasedStateMachine):
    """Volunteers, reports and the clock take turns at random."""

    @initialize(seed=st.integers(0, 1000))
    def begin(self, seed: int) -> None:
        self.folder = tempfile.TemporaryDirectory()
        url = f"sqlite:///{Path(self.folder.name) / 'world.sqlite'}"
        self.engine = create_engine(url, **database.engine_options(url))
        database.prepare(self.engine)
        Base.metadata.create_all(self.engine)
        self.session = Session(self.engine)
        stages = [
            world.stage(confidence=0.95, max_answers=3),
            world.stage(
                "where", 1, min_answers=1, condition={"stage": "need", "is": ["water"]}
            ),
        ]
        self.campaign = world.campaign(
            self.session, cards=3, stages=stages, lease_minutes=10
        )
        self.people = [world.volunteer(self.session) for _ in range(PEOPLE)]
        self.keys: dict[int, str] = {}
        self.acknowledged: set[str] = set()
        self.now, self.rng = NOON, Random(seed)

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.session.close()
            self.engine.dispose()
            self.folder.cleanup()

    def attempt(self, work: object) -> object:
        try:
            return database.transact(self.session, work)  # type: ignore[arg-type]
        except MicrotaskError:
            return None

    @rule(minutes=st.sampled_from([0.2, 2, 11]))
    def time_passes(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(who=WHO)
    def takes_a_card(self, who: int) -> None:
        lease = self.attempt(
            lambda s: dispatch.next_lease(
                s, self.campaign, self.person(who), now=self.now, rng=self.rng
            )
        )
        if lease is not None:
            self.keys[who] = lease.key  # type: ignore[attr-defined]
            self.session.commit()

    @rule(who=WHO, value=st.sampled_from(world.OPTIONS))
    def answers_with_the_last_key(self, who: int, value: str) -> None:
        key = self.keys.get(who, "")
        said = Said((value,))
        if self.attempt(
            lambda s: answers.take(s, key, self.person(who), said, self.now)
        ):
            self.acknowledged.add(key)
            self.session.commit()

    @rule(who=WHO)
    def skips(self, who: int) -> None:
        self.attempt(
            lambda s: answers.skip(
                s, self.keys.get(who, ""), self.person(who), self.now
            )
        )

    @rule(who=WHO)
    def reports_a_card(self, who: int) -> None:
        self.attempt(
            lambda s: reports.report(
                s, self.keys.get(who, ""), self.person(who), "", self.now
            )
        )

    @rule(outcome=st.sampled_from(list(reports.Outcome)))
    def a_coordinator_settles(self, outcome: reports.Outcome) -> None:
        waiting = reports.queue(self.session, self.campaign)
        self.session.commit()
        if waiting:
            self.attempt(lambda s: reports.settle(s, waiting[0], outcome, self.now))

    @rule(who=WHO)
    def takes_an_answer_back(self, who: int) -> None:
        lease = self.attempt(
            lambda s: undo.undo(s, self.campaign, self.person(who), self.now)
        )
        if lease is not None:
            self.keys[who] = lease.key  # type: ignore[attr-defined]
            self.session.commit()

    def person(self, who: int) -> Identity:
        return self.people[who]

    @invariant()
    def counters_follow_from_rows(self) -> None:
        if hasattr(self, "session"):
            assert list(reckoning.discrepancies(self.session)) == []
            self.session.commit()

    @invariant()
    def acknowledged_answers_exist_once(self) -> None:
        if hasattr(self, "session"):
            stored = set(self.session.scalars(select(Answer.key)))
            assert self.acknowledged <= stored
            twice = (
                select(func.count())
                .select_from(Answer)
                .where(Answer.withdrawn_at.is_(None))
                .group_by(Answer.card_id, Answer.identity_id)
                .having(func.count() > 1)
            )
            assert self.session.scalars(twice).all() == []
            self.session.commit()

    @invariant()
    def nobody_with_a_free_place_hears_that_nothing_is_left(self) -> None:
        if not hasattr(self, "session"):
            return
        dana = world.volunteer(self.session, self.now)
        free = self.session.scalar(
            select(func.count(Card.id)).where(
                Card.state == "open", Card.asked > Card.leased + Card.counted
            )
        )
        self.session.commit()
        lease = self.attempt(
            lambda s: dispatch.next_lease(
                s, self.campaign, dana, now=self.now, rng=self.rng
            )
        )
        if free:
            assert lease is not None
        if lease is not None:
            self.attempt(lambda s: dispatch.give_back(s, lease, self.now))  # type: ignore[arg-type]


Schedule.TestCase.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None
)
TestSchedule = Schedule.TestCase
