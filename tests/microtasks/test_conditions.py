"""Later stages' cards follow what earlier cards become, whoever decides at the same moment, and never wait for nothing."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from microtasks import places, reports, resolutions
from microtasks.models import Account, Campaign, Card, CardState, Report, Stage
from tests import interleaving, world
from tests.conftest import NOON, open_session
from tests.microtasks.jobs.test_estimate import say as count


def after(name: str, *values: str) -> dict[str, object]:
    return {"stage": name, "is": list(values)}


def chain(session: Session, stages: int = 2) -> tuple[Campaign, Account]:
    """Stages one after the other, each asked where the one before decided "water", and a reviewer."""
    made = [world.stage("s0", 0)]
    for n in range(1, stages):
        made.append(world.stage(f"s{n}", n, condition=after(f"s{n - 1}", "water")))
    ben = Account(email="b@x.org", name="Ben", password_hash="", created_at=NOON)
    session.add(ben)
    return world.campaign(session, cards=1, stages=made), ben


def say(session: Session, card: Card, who: Account, value: str) -> None:
    resolutions.settle(session, session.get_one(Card, card.id), value, who, NOON)
    session.commit()


def answered(session: Session, card: Card, *values: str) -> None:
    """Give a card answers and decide it by the live clock."""
    for value in values:
        count(session, card, world.volunteer(session), value)
    resolutions.decide(session, card, NOON)
    session.commit()


def test_a_decided_card_is_decided_again_when_its_condition_comes_back(
    session_on_each: Session,
) -> None:
    session = session_on_each
    _, ben = chain(session)
    first, second = world.cards(session)
    say(session, first, ben, "water")
    answered(session, second, "food", "food")
    word = second.resolution_id
    assert second.state == CardState.resolved
    say(session, first, ben, "food")
    assert second.state == CardState.stale

    say(session, first, ben, "water")

    assert (second.state, second.resolution_id) == (CardState.resolved, word)


def test_a_contested_card_waits_for_its_reviewer_again_when_its_condition_comes_back(
    session: Session,
) -> None:
    _, ben = chain(session)
    first, second = world.cards(session)
    say(session, first, ben, "water")
    second.asked = second.max_answers
    answered(session, second, "food", "water", "nothing", "food", "water")
    assert second.state == CardState.contested
    say(session, first, ben, "food")

    say(session, first, ben, "water")

    assert second.state == CardState.contested


def test_an_unfinished_card_is_asked_on_when_its_condition_comes_back(
    session: Session,
) -> None:
    _, ben = chain(session)
    first, second = world.cards(session)
    say(session, first, ben, "water")
    answered(session, second, "food")
    say(session, first, ben, "food")
    assert second.state == CardState.stale

    say(session, first, ben, "water")

    assert second.state == CardState.open
    assert places.lease(session, second.id)


def test_nothing_waits_for_a_stale_card(session: Session) -> None:
    _, ben = chain(session, 3)
    first, second, third = world.cards(session)
    say(session, first, ben, "water")
    answered(session, second, "food")
    assert third.state == CardState.waiting

    say(session, first, ben, "food")

    assert (second.state, third.state) == (CardState.stale, CardState.unneeded)


def test_a_held_card_that_is_released_follows_what_was_decided_meanwhile(
    session: Session,
) -> None:
    _, ben = chain(session)
    first, second = world.cards(session)
    say(session, first, ben, "water")
    second.state = CardState.held
    who = world.volunteer(session)
    report = Report(card_id=second.id, identity_id=who.id, created_at=NOON)
    session.add(report)
    say(session, first, ben, "food")

    reports.settle(session, report, reports.Outcome.released, NOON)

    assert second.state == CardState.unneeded


def tiles(session: Session) -> None:
    """A source with two cards in the first stage and one in the second, which waits for both."""
    later = world.stage(
        "what", 1, slicing={"mode": "whole"}, condition=after("need", "water")
    )
    world.campaign(session, cards=1, stages=[world.stage(), later])
    one = world.cards(session)[0]
    session.add(
        Card(
            stage_id=one.stage_id,
            source_id=one.source_id,
            slice="second",
            order=1,
            region={"fields": ["id"]},
            position=5,
            asked=2,
            max_answers=5,
        )
    )
    session.commit()


def decided(number: int) -> Callable[[Session], None]:
    """Decides the first stage's n-th card as "food", for which nothing follows."""

    def decide(session: Session) -> None:
        stage = session.query(Stage).filter_by(name="need").one()
        card = world.cards(session, stage_id=stage.id)[number]
        people = [world.volunteer(session) for _ in range(2)]
        for who in people:
            count(session, card, who, "food")
        resolutions.decide(session, card, NOON)

    return decide


def test_two_cards_decided_at_once_leave_nothing_waiting_for_them(
    postgres_url: str,
) -> None:
    with open_session(postgres_url) as session:
        tiles(session)
        decided(0)(session)
        interleaving.during(session, postgres_url, decided(1))
        last = world.cards(session)[1]
        assert last.slice == "message"
        assert last.state == CardState.unneeded
        session.close()
        session.get_bind().dispose()
