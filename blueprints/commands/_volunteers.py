"""Simulated volunteers at the real site: each a thread with a browser of its own, hands, and a mind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import urllib3

from blueprints.commands import _forms_reader
from blueprints.commands._browser import Browser, Page, pool
from blueprints.commands._crib import Crib, Glance
from blueprints.commands._forms_reader import CardForm, Fields
from blueprints.commands._tally import Tally
from microtasks import simulation
from microtasks.simulation import Control, Raw, Truth

#: Between two looks at a site that is busy, away, or says "too many requests".
_PAUSE = 0.5
#: So many pages in a row that show no card though they should, and a volunteer goes home.
_MOST_BAD = 40
#: What messy people do instead of, or with, one answer in so many.
_SKIPS, _CANT_TELLS, _LEAVES, _TWICE, _UNDOES = 0.02, 0.01, 0.003, 0.02, 0.01
#: What was under way when a request was sent may have freed a place that the request could not see yet.
_IN_FLIGHT = timedelta(seconds=1)


@dataclass(slots=True)
class Plan:
    """What all volunteers of a simulation share."""

    site: str
    slug: str
    crib: Crib
    truth: Truth = field(default_factory=lambda: Truth({}))
    volunteers: int = 12
    accuracy: float = 0.9
    think: float = 0.45
    messy: bool = False
    seed: int = 0
    seconds: float = 900.0
    #: Stop after so many answers of all together.
    most: int | None = None
    #: How long somebody who is told "busy" goes on looking.
    patience: float = 15.0
    #: Ends everything early, from any thread.
    stop: threading.Event = field(default_factory=threading.Event)
    _begun: float = field(default_factory=time.monotonic)
    _given: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def deck(self) -> str:
        """The address of the deck."""
        return f"/c/{self.slug}/work"

    def over(self) -> bool:
        """Whether everybody should go home."""
        return self.stop.is_set() or time.monotonic() - self._begun > self.seconds

    def claim(self) -> bool:
        """Take one of the answers that may still be given."""
        with self._lock:
            if self.most is not None and self._given >= self.most:
                self.stop.set()
                return False
            self._given += 1
            return True

    def pause(self, seconds: float) -> None:
        """Wait, but not longer than the simulation goes on."""
        left = self.seconds - (time.monotonic() - self._begun)
        self.stop.wait(max(0.0, min(seconds, left)))


def crowd(plan: Plan) -> Tally:
    """Let all volunteers work at once until each has nothing left to do; return what they met."""
    total = Tally()
    lines = pool(plan.volunteers)
    try:
        with ThreadPoolExecutor(plan.volunteers, "volunteer") as threads:
            people = [Volunteer(plan, lines, n) for n in range(plan.volunteers)]
            try:
                for tally in threads.map(Volunteer.work, people):
                    total.add(tally)
            finally:
                plan.stop.set()
    finally:
        lines.clear()
    return total


class Volunteer:
    """One anonymous volunteer."""

    def __init__(self, plan: Plan, lines: urllib3.PoolManager, number: int) -> None:
        self.plan, self.lines = plan, lines
        self.rng = Random(f"{plan.seed} {number}")  # noqa: S311 - a simulation repeats
        self.tally = Tally()
        self._begin()

    def _begin(self) -> None:
        """Be somebody whom the site has never seen."""
        self.browser = Browser(self.plan.site, self.lines)
        self.accuracy = simulation.skill(self.plan.accuracy, self.rng)
        self.identity: int | None = None
        self.bad = 0
        self.waiting_since: float | None = None

    def work(self) -> Tally:
        """Answer cards until nothing is left, it is late, or the site does not show any."""
        page = self._get(self.plan.deck)
        while not self.plan.over() and self.bad < _MOST_BAD:
            shown_at = datetime.now(UTC)
            sheet = _forms_reader.read(page.text)
            if sheet.card is not None:
                self.bad, self.waiting_since = 0, None
                page = self._play(sheet.card)
            elif self._has_gone_home(sheet.outlook, page, shown_at):
                break
            else:
                page = self._get(self.plan.deck)
        self._lay_down(page)
        return self.tally

    def _lay_down(self, page: Page) -> None:
        """Give back what is on the table, so that others need not wait for it."""
        if card := _forms_reader.read(page.text).card:
            self._post(card.action, card.acted("skip"))

    def _has_gone_home(self, outlook: str, page: Page, shown_at: datetime) -> bool:
        if page.status != 200 or not outlook:
            self.bad += 1
            self.plan.pause(page.wait or _PAUSE)
            return False
        self.tally.told[outlook] += 1
        if outlook != "busy":
            since = shown_at - timedelta(seconds=page.seconds) - _IN_FLIGHT
            if outlook == "nothing":
                missed = self.plan.crib.overlooked(self.identity, since)
                self.tally.false_nothing += missed > 0
            return True
        now = time.monotonic()
        self.waiting_since = self.waiting_since or now
        self.plan.pause(_PAUSE)
        return now - self.waiting_since > self.plan.patience

    def _play(self, card: CardForm) -> Page:
        """Do one thing with a card and return the page that comes next."""
        glance = self.plan.crib.glance(card.key)
        control = card.control
        if glance is not None:
            self.identity = glance.identity
        if card.picture:
            self._get(card.picture)
        self.plan.pause(self.plan.think * self.rng.uniform(0.75, 1.25))
        if control is None:
            return self._do(card, "skip", "unanswerable")
        if self.plan.messy and (did := self._mess(card)):
            return did
        value = self._value(control, glance)
        if value is None:
            return self._do(card, "cant_tell", "cant_tell")
        return self._answer(card, card.answered(value))

    def _mess(self, card: CardForm) -> Page | None:
        """Sometimes skip, say "can't tell", or leave for good with the card in hand (somebody else then comes)."""
        dice = self.rng.random()
        if dice < _LEAVES:
            self.tally.did["abandoned"] += 1
            self._begin()
            return self._get(self.plan.deck)
        if dice < _LEAVES + _SKIPS:
            return self._do(card, "skip", "skipped")
        if dice < _LEAVES + _SKIPS + _CANT_TELLS and "cant_tell" in card.actions:
            return self._do(card, "cant_tell", "cant_tell")
        return None

    def _value(self, control: Control, glance: Glance | None) -> Raw | None:
        """Decide what to say; None is "can't tell"."""
        cell = self.plan.truth.of(glance.place) if glance else None
        if cell is not None:
            if not cell and control.sort in {"one", "number"}:
                return None
            right = simulation.raw(cell, control.sort == "many")
        else:
            self.tally.did["without_truth"] += bool(self.plan.truth)
            about = glance.card if glance else ""
            agreed = Random(f"{self.plan.seed} {about}")  # noqa: S311
            right = simulation.agreed(control, agreed)
        return simulation.answer(control, right, self.accuracy, self.rng)

    def _answer(self, card: CardForm, fields: Fields) -> Page:
        """Send an answer until the site has said yes or no to it, whatever the line does."""
        if not self.plan.claim():
            return self._do(card, "skip", "left")
        begun = time.monotonic()
        page = self._until_heard(lambda: self._post(card.action, fields))
        if page.status == 303:
            self.tally.keys.append(card.key)
            if self.plan.messy and self.rng.random() < _TWICE:
                self.tally.did["sent_twice"] += 1
                page = self._post(card.action, fields)
        if page.status == 303:
            page = self._get(page.location)
            self.tally.turns.append(time.monotonic() - begun)
            if self.plan.messy and self.rng.random() < _UNDOES:
                return self._do(card, "undo", "undone")
        return self._after_refusal(card, page)

    def _after_refusal(self, card: CardForm, page: Page) -> Page:
        """A card whose answer is refused as such would come back for ever: skip it."""
        if page.status == 422:
            return self._do(card, "skip", "refused")
        return page

    def _do(self, card: CardForm, action: str, deed: str) -> Page:
        self.tally.did[deed] += 1
        page = self._until_heard(lambda: self._post(card.action, card.acted(action)))
        if page.status == 303 and action == "cant_tell":
            self.tally.keys.append(card.key)
        return self._get(page.location) if page.status == 303 else page

    def _until_heard(self, send: Callable[[], Page]) -> Page:
        page = send()
        for _ in range(_MOST_BAD):
            if not (page.is_broken or page.status == 429) or self.plan.stop.is_set():
                break
            self.plan.pause(page.wait or _PAUSE)
            page = send()
        return page

    def _get(self, address: str) -> Page:
        return self._noted(self.browser.get(address))

    def _post(self, address: str, fields: Fields) -> Page:
        return self._noted(self.browser.post(address, fields))

    def _noted(self, page: Page) -> Page:
        if page.status >= 400 or page.status == 0:
            self.tally.statuses[page.status] += 1
        return page
