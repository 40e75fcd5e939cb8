"""Many at once over HTTP, on both databases: a place is given once, a click counts once, and who lost a role has lost it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest
import urllib3
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app import create_app
from benchmarks import race
from blueprints._database import db
from blueprints.commands import _forms_reader, _labour, _local_site
from blueprints.commands._browser import Browser, Page, pool
from config import Config
from microtasks.models import (
    Account,
    Answer,
    Campaign,
    Card,
    CardState,
    DataSet,
    Job,
    JobState,
    Lease,
    Membership,
    Organisation,
    Resolution,
    Role,
    Source,
)
from tests import world
from tests.cast import PASSWORD, person
from tests.conftest import open_session

MANY = 8
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Site:
    """The site on a port, its database, and lines to it."""

    app: Flask
    config: Config
    url: str
    session: Session
    lines: urllib3.PoolManager

    def browser(self, account: Account | None = None) -> Browser:
        browser = Browser(self.url, self.lines)
        if account:
            form = [("email", account.email), ("password", PASSWORD)]
            assert browser.post("/sign-in", form).status == 303
        return browser

    def found(self, query: Any) -> list[Any]:
        """What is stored, without a transaction that others would wait for."""
        rows = list(self.session.execute(query).all())
        self.session.expunge_all()
        self.session.rollback()
        return rows

    def count(self, table: type) -> int:
        return int(self.found(select(func.count()).select_from(table))[0][0])


@pytest.fixture
def site(tmp_path: Path, each_database: str) -> Iterator[Site]:
    instance = tmp_path / "instance"
    config = Config(
        each_database,
        instance_path=str(instance),
        secret_key="a-key-for-tests-only",
        ratelimit_enabled=False,
    )
    app = create_app(config)
    app.config["WTF_CSRF_ENABLED"] = False
    with _local_site.serving(app) as url, open_session(each_database) as session:
        session.expire_on_commit = False  # reading would hold the site's writers up
        lines = pool(32)
        yield Site(app, config, url, session, lines)
        lines.clear()
        session.close()
        session.get_bind().dispose()
    with app.app_context():
        db.engine.dispose()


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Do everything at the same moment."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        start.wait(20)
        return deed()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(run, deeds))


def member(site: Site, campaign: Campaign, name: str, role: Role) -> Account:
    account = person(site.session, name)
    organisation = site.session.get_one(Organisation, campaign.organisation_id)
    site.session.add(Membership(organisation=organisation, account=account, role=role))
    site.session.commit()
    return account


def statuses(pages: Sequence[object]) -> list[int]:
    return sorted(page.status for page in pages if isinstance(page, Page))


def test_of_sixteen_who_race_for_one_place_one_gets_it_and_one_answer_counts(
    site: Site,
) -> None:
    stage = world.stage(min_answers=1, max_answers=1, confidence=0.5)
    campaign = world.campaign(site.session, cards=5, stages=[stage])
    number = campaign.id
    with site.app.app_context():
        told = race.race(site.url, db.session.get_one(Campaign, number), 16, 5)
    assert (told.rounds, told.leases, told.answers) == (5, 5, 5)
    assert (told.violations, dict(told.failures)) == (0, {})


def test_a_card_that_many_held_in_turn_counts_no_more_answers_than_it_asked_for(
    site: Site,
) -> None:
    """Each lease lapses and is taken over by the next volunteer; then everybody answers at the same moment."""
    stage = world.stage(min_answers=1, max_answers=2, confidence=1.0)
    slug = world.campaign(site.session, cards=1, stages=[stage]).slug
    deck, holders = f"/c/{slug}/work", []
    for _ in range(MANY):
        browser = site.browser()
        card = _forms_reader.read(browser.get(deck).text).card
        assert card
        holders.append((browser, card))
        site.session.execute(update(Lease).values(until=LONG_AGO))
        site.session.commit()

    answers = [
        lambda browser=browser, card=card, n=n: browser.post(
            deck, card.answered((world.OPTIONS[n % 2],))
        )
        for n, (browser, card) in enumerate(holders)
    ]
    assert statuses(at_once(*answers)) == [303] * MANY
    [(card,)] = site.found(select(Card))
    counted = select(Answer.id).where(Answer.counted)
    # The place went from hand to hand: only who held it last, or came after them, has a place for sure.
    assert card.counted in {1, 2}
    assert card.leased == 0
    assert len(site.found(counted)) == card.counted
    assert site.count(Answer) == MANY

    if card.counted < card.asked:
        newcomer = site.browser()
        last = _forms_reader.read(newcomer.get(deck).text).card
        assert last
        assert newcomer.post(deck, last.answered(("water",))).status == 303
    [(card,)] = site.found(select(Card))
    assert (card.counted, card.asked, card.leased) == (2, 2, 0)
    assert card.state in {CardState.contested, CardState.resolved}


def test_however_often_a_button_is_pressed_at_once_it_is_one_answer(site: Site) -> None:
    slug = world.campaign(site.session, cards=3).slug
    deck, browser = f"/c/{slug}/work", site.browser()
    for _ in range(3):
        card = _forms_reader.read(browser.get(deck).text).card
        assert card
        click = [lambda card=card: browser.post(deck, card.answered(("water",)))]
        assert statuses(at_once(*click * MANY)) == [303] * MANY
    assert site.count(Answer) == 3
    assert site.found(select(Card.counted)) == [(1,)] * 3


def test_of_two_different_answers_at_once_one_stands_and_the_other_is_refused(
    site: Site,
) -> None:
    slug = world.campaign(site.session, cards=1).slug
    deck, browser = f"/c/{slug}/work", site.browser()
    card = _forms_reader.read(browser.get(deck).text).card
    assert card
    told = at_once(
        *(
            lambda value=value: browser.post(deck, card.answered((value,)))
            for value in ("water", "food")
        )
    )
    assert statuses(told) == [303, 409]
    assert site.count(Answer) == 1


def test_owners_who_freeze_at_once_get_a_data_set_each(site: Site) -> None:
    campaign = world.campaign(site.session, cards=2)
    names = ("Amina", "Olga")
    owners = [site.browser(member(site, campaign, name, Role.owner)) for name in names]
    address, ask = f"/datasets/{campaign.slug}/freeze", [("audience", "team")]
    site.session.rollback()
    deeds = [lambda owner=owner: owner.post(address, ask) for owner in owners * 2]
    pages = at_once(*deeds)
    assert statuses(pages) == [303] * 4
    assert len({page.location for page in pages if isinstance(page, Page)}) == 4
    _labour.run_due(site.config, lambda: False)
    found = site.found(select(DataSet.version, DataSet.key))
    assert sorted(version for version, _ in found) == [1, 2, 3, 4]
    assert all(key for _, key in found)


def test_a_campaign_deleted_while_volunteers_answer_is_gone_and_nobody_sees_a_fault(
    site: Site,
) -> None:
    campaign = world.campaign(site.session, cards=40)
    slug, other = campaign.slug, world.campaign(site.session, cards=1)
    amina = site.browser(member(site, campaign, "Amina", Role.owner))
    begun, gone = Event(), Event()
    other_id = other.id
    site.session.rollback()

    def volunteer() -> list[int]:
        browser, deck, seen = site.browser(), f"/c/{slug}/work", []
        while not gone.is_set() or seen[-1] != 404:
            page = browser.get(deck)
            card = _forms_reader.read(page.text).card
            if card:
                page = browser.post(deck, card.answered(("water",)))
                begun.set()
            seen.append(page.status)
        return seen

    def owner() -> list[int]:
        begun.wait(20)
        ask = [("confirmation", slug)]
        answer = amina.post(f"/manage/{slug}/delete", ask)
        gone.set()
        return [answer.status]

    seen = at_once(owner, *[volunteer] * 5)
    assert seen[0] == [303]
    assert {status for one in seen for status in one} <= {200, 303, 404, 409}
    _labour.run_due(site.config, lambda: False)
    assert set(site.found(select(Job.state))) == {(JobState.done,)}
    assert site.found(select(Campaign.id)) == [(other_id,)]
    assert [site.count(table) for table in (Source, Card)] == [1, 1]
    assert [site.count(table) for table in (Answer, Lease, Resolution)] == [0, 0, 0]


def test_who_is_removed_can_do_nothing_from_that_moment_on(site: Site) -> None:
    campaign = world.campaign(site.session, cards=2)
    slug, organisation = campaign.slug, campaign.organisation
    amina = member(site, campaign, "Amina", Role.owner)
    mara = member(site, campaign, "Mara", Role.manager)
    address = f"/organisations/{organisation.public_id}/members/{mara.public_id}/remove"
    owner, manager = site.browser(amina), site.browser(mara)
    begun, removed = Event(), Event()
    site.session.rollback()

    def at_work() -> list[tuple[bool, int]]:
        """Pause and resume; of each request, whether the role was gone before it began."""
        seen: list[tuple[bool, int]] = []
        while sum(late for late, _ in seen) < 4:
            late, action = removed.is_set(), ("pause", "resume")[len(seen) % 2]
            page = manager.post(f"/manage/{slug}/state", [("action", action)])
            seen.append((late, page.status))
            begun.set()
        return seen

    def remove() -> int:
        begun.wait(20)
        page = owner.post(address, [])
        removed.set()
        return page.status

    seen, status = at_once(at_work, remove)
    assert status == 303
    assert isinstance(seen, list)
    assert {code for late, code in seen if late} == {404}
    assert {code for late, code in seen if not late} <= {303, 404}
    kept = select(Membership.role).where(Membership.account_id == mara.id)
    assert site.found(kept) == []
