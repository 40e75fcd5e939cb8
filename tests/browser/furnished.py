"""A site on which something is in every state that a page can show."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints import _jobs, _mails
from blueprints._clock import utcnow
from microtasks import (
    answers,
    campaigns,
    dispatch,
    jobs,
    operating,
    people,
    recipe,
    reports,
)
from microtasks import uploads as arrivals
from microtasks.answers import Said
from microtasks.datasets import versions
from microtasks.models import (
    Campaign,
    Identity,
    Job,
    JobState,
    Membership,
    Organisation,
    Role,
    Upload,
)
from microtasks.uploads import ReceivedFile
from tests import cast as casts
from tests.browser import tables
from tests.browser.piles import drawn
from tests.browser.recipes import RECIPES
from tests.browser.site import Site
from tests.cast import Cast

MESSAGES = b"""id,place,message
m-01,Kofa,"We are 40 people on the school's roof, no water since yesterday."
m-02,Kofa,"Bonjou, nou bezwen manje ak dlo nan katye a."
m-03,Benu,\xd9\x86\xd8\xad\xd8\xaa\xd8\xa7\xd8\xac \xd8\xa5\xd9\x84\xd9\x89 \xd9\x85\xd9\x8a\xd8\xa7\xd9\x87 \xd8\xa7\xd9\x84\xd8\xb4\xd8\xb1\xd8\xa8
m-04,Benu,The bridge is gone. Who can bring insulin for my mother?
m-05,Ilo,Thank you for the boats!
m-06,Ilo,
m-07,Ilo,"Is the road to Ilo open?"
m-08,Ilo,"Call me about the tents, 555 0100"
m-09,Kofa,Two wells are salt since the flood.
m-10,Kofa,"Baby formula please, the shop is closed."
m-11,Benu,We are safe now.
m-12,Benu,The ferry goes at ten.
"""
LEDGER = (
    b"id,entry\nl-1,12 sacks of rice\nl-2,9 jerrycans\nl-3,30 blankets\nl-4,4 tents\n"
)


@dataclass
class Stand:
    """The site, whose names its addresses are made of, and the tokens of links in mails."""

    site: Site
    names: dict[str, str]


class Furnisher:
    """Makes campaigns out of recipes and files, and lets people answer them."""

    def __init__(self, site: Site, session: Session, cast: Cast) -> None:
        self.site, self.session, self.cast = site, session, cast
        self.rng, self.now = Random(7), utcnow() - timedelta(hours=20)

    def later(self, **ago: float) -> datetime:
        """Let time go on."""
        self.now += timedelta(**ago)
        return self.now

    def campaign(
        self,
        name: str,
        files: Mapping[str, bytes],
        organisation: Organisation | None = None,
        opened: bool = True,
    ) -> Campaign:
        """A campaign with its cards, open unless said otherwise."""
        owner = organisation or self.cast.river
        plan = recipe.read(RECIPES[name])
        made = campaigns.create(self.session, owner, plan, self.now, self.cast.amina)
        self.session.commit()
        if files:
            self.upload(made, files)
        if opened:
            campaigns.open_(self.session, made, self.now, self.cast.amina)
            self.session.commit()
        return made

    def upload(
        self, campaign: Campaign, files: Mapping[str, bytes], read: bool = True
    ) -> Upload:
        """Receive files, and read them unless they shall wait."""
        with self.site.app.app_context():
            store = _jobs.tools().store
            kept = [(name, store.put(io.BytesIO(body))) for name, body in files.items()]
        received = [ReceivedFile(name, one.sha256, one.size) for name, one in kept]
        upload = arrivals.receive(self.session, campaign, received, self.now)
        self.session.commit()
        if read:
            self.work()
        return upload

    def work(self) -> None:
        """Do every job that waits."""
        with self.site.app.app_context():
            for job in jobs.due(self.session, utcnow()):
                jobs.run(self.session, job, _jobs.tools())
        self.session.commit()

    def volunteer(self) -> Identity:
        """Somebody without an account."""
        who = Identity(created_at=self.now)
        self.session.add(who)
        self.session.commit()
        return who

    def answer(
        self,
        campaign: Campaign,
        people: int,
        say: Callable[[int, str], str],
        most: int = 99,
    ) -> None:
        """Let so many people answer what they get."""
        for number in range(people):
            who = self.volunteer()
            for lease, name in self._dealt(campaign, who, most):
                said = Said((say(number, name),))
                answers.take(self.session, lease, who, said, self.later(seconds=40))

    def report(self, campaign: Campaign, name: str) -> None:
        """Let two people leaf on to one card and report it."""
        for who in (self.volunteer(), self.volunteer()):
            for lease, found in self._dealt(campaign, who, 99):
                if found == name:
                    why = "A phone number is in it."
                    reports.report(self.session, lease, who, why, self.now)
                    break
                answers.skip(self.session, lease, who, self.now)
        self.session.commit()

    def _dealt(
        self, campaign: Campaign, who: Identity, most: int
    ) -> Iterator[tuple[str, str]]:
        for _ in range(most):
            lease = dispatch.next_lease(
                self.session, campaign, who, now=self.now, rng=self.rng
            )
            if lease is None:
                return
            yield lease.key, lease.card.source.name
            self.session.commit()

    def freeze(self, campaign: Campaign, is_public: bool, write: bool = True) -> None:
        """Make a data set, or leave it waiting for its worker."""
        versions.begin(
            self.session,
            campaign,
            is_public=is_public,
            now=utcnow(),
            account=self.cast.amina,
        )
        self.session.commit()
        if write:
            self.work()


def furnish(site: Site, session: Session) -> Stand:
    """Put something in every state onto an empty site."""
    cast = casts.assemble(session)
    casts.person(session, "Newa")
    cast.river.about = "Boats, water and shelter along the lower river, since 2009."
    session.commit()
    make = Furnisher(site, session, cast)
    names = _river(make) | _others(make, session, cast)
    names |= tables.decided(make)
    names |= _waiting(make, names) | tables.waiting(make)
    return Stand(site, names | {"organisation": cast.river.public_id})


def found(site: Site, session: Session) -> Stand:
    """Let people come to a site on which nothing was made yet."""
    casts.assemble(session)
    return Stand(site, {})


def _river(make: Furnisher) -> dict[str, str]:
    pictures = {f"tile-{n}.png": drawn(n) for n in range(4)}
    need = make.campaign("messages", {"messages.csv": MESSAGES})
    said = {"m-01": "water", "m-02": "food", "m-03": "water", "m-05": "nothing"}
    torn = ("water", "food", "medical help", "something else", "nothing")
    make.report(need, "m-08")
    make.answer(need, 4, lambda who, name: said.get(name, torn[who]), 6)
    make.freeze(need, is_public=True)
    make.later(hours=6)
    make.answer(need, 2, lambda who, name: said.get(name, torn[who]), 2)
    make.freeze(need, is_public=False)
    refused = make.upload(need, {"notes.docx": b"PK not a table", "empty.csv": b""})
    make.campaign("pictures", pictures)
    make.campaign("choices", {"messages.csv": MESSAGES})
    make.campaign("text", {"ledger.csv": LEDGER})
    make.campaign("number", pictures)
    done = make.campaign("done", {"ledger.csv": LEDGER})
    make.answer(done, 2, lambda who, name: "3")
    session = make.session
    busy = make.campaign(
        "busy", {"ledger.csv": LEDGER.splitlines(True)[0] + b"l-1,one\n"}
    )
    dispatch.next_lease(session, busy, make.volunteer(), now=utcnow(), rng=make.rng)
    paused = make.campaign("paused", {"ledger.csv": LEDGER})
    campaigns.pause(session, paused, make.now, make.cast.amina)
    down = make.campaign("down", {"ledger.csv": LEDGER})
    operating.take_down(
        session, down, "It names people.", by=make.cast.olu, now=make.now
    )
    draft = make.campaign("draft", {"ledger.csv": LEDGER}, opened=False)
    make.campaign("bare", {}, opened=False)
    session.commit()
    taken = session.scalars(select(Upload).where(Upload.campaign_id == need.id)).first()
    assert taken is not None
    return {
        "taken": taken.public_id,
        "refused": refused.public_id,
        "draft": draft.slug,
        "done": done.slug,
    }


def _others(make: Furnisher, session: Session, cast: Cast) -> dict[str, str]:
    hills = Organisation(name="Hill Villages Network", created_at=make.now)
    session.add(hills)
    session.add(Membership(organisation=hills, account=cast.amina, role=Role.owner))
    session.commit()
    make.campaign("waiting", {"ledger.csv": LEDGER}, organisation=hills)
    failed = Job(
        kind="intake",
        created_at=make.now,
        state=JobState.failed,
        reason="The file store did not answer three times in a row.",
    )
    session.add(failed)
    invited = people.invite(
        session,
        cast.river,
        "new@example.org",
        Role.reviewer,
        by=cast.amina,
        now=utcnow(),
    )
    reset = people.start_reset(session, cast.vic.email, now=utcnow())
    session.commit()
    assert reset
    with make.site.app.app_context():
        confirmed = _mails._serializer().dumps("somebody@example.org")
    links = {"invitation": invited, "reset": reset, "confirmation": confirmed}
    return {"hills": hills.public_id} | links


def _waiting(make: Furnisher, names: dict[str, str]) -> dict[str, str]:
    """What no worker has begun yet, made last."""
    make.freeze(campaigns.by_slug(make.session, names["done"]), False, write=False)
    draft = campaigns.by_slug(make.session, names["draft"])
    return {"reading": make.upload(draft, {"more.csv": LEDGER}, read=False).public_id}
