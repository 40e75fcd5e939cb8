"""Makes the demonstration step by step; each step sees for itself whether it was done, so it may be killed anywhere."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from blueprints._clock import utcnow
from blueprints._database import transact
from blueprints.commands import _browser, _forms_reader, _stocking, simulate
from blueprints.commands._stocking import Made, look
from blueprints.commands.demonstration.shows import Show
from config import Config
from microtasks import audit, campaigns, operating, people, resolutions, review
from microtasks.datasets import versions
from microtasks.models import (
    Account,
    Answer,
    AuditLine,
    Campaign,
    CampaignState,
    Card,
    DataSet,
    Organisation,
    Report,
    Stage,
)

EMAIL = "coordinator@demo.example"
ORGANISATION = "Riverside Relief (demonstration)"
DONE = "demonstration.loaded"
ABOUT = "A made-up relief team: all you see of it was drawn and written for this demonstration."
_VOLUNTEERS = 12


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom the demonstration belongs to: the numbers of an account and its organisation."""

    account: int
    organisation: int


def is_loaded() -> bool:
    """Whether this database has the demonstration, or had it and somebody took it away."""
    return bool(look(select(exists().where(AuditLine.deed == DONE))))


def finish() -> None:
    """Note that the demonstration is complete: it is not made again."""
    transact(lambda session: audit.write(session, DONE, now=utcnow()))


def coordinator(config: Config, address: str) -> Owner:
    """Make the coordinator's account and organisation; the password is this instance's own."""
    path = config.instance / "demonstration.txt"
    password = _password(path, urljoin(address, "/sign-in"))
    return transact(lambda session: _owner(session, password))


def show(one: Show, owner: Owner, site: str) -> Made:
    """Make one campaign, let volunteers answer it, and finish it if it is meant to be finished."""
    campaign = _stocking.campaign_of(owner.organisation, one.recipe, owner.account)
    stock = one.make()
    _stocking.stock(campaign, stock.files)
    _stocking.open_draft(campaign)
    wanted = None if one.answers is None else max(0, one.answers - _given(campaign))
    if wanted != 0 and _state(campaign) == CampaignState.open:
        simulate.run(
            campaign.number,
            campaign.slug,
            site,
            truth=stock.truth,
            volunteers=_VOLUNTEERS,
            accuracy=one.accuracy,
            most=wanted,
            seconds=60,
            seed=secrets.randbelow(2**30),
        )
    if one.report:
        _report(campaign, one.report, site)
    if one.answers is None:
        _freeze(campaign, owner.account)
    return campaign


def _password(path: Path, address: str) -> str:
    """Read this instance's password, or make one and keep it where only this machine's user can read it."""
    if path.exists():
        return path.read_text(encoding="utf-8").split()[-1]
    password = secrets.token_urlsafe(9)
    text = f"Sign in as the demonstration's coordinator: {address}\n  {EMAIL}\n  {password}\n"
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(
        os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w"
    ) as file:
        file.write(text)
    new.rename(path)
    return password


def _owner(session: Session, password: str) -> Owner:
    now = utcnow()
    account = session.scalar(select(Account).where(Account.email == EMAIL))
    if account is None:
        account = people.sign_up(session, EMAIL, "Demo Coordinator", password, now=now)
    named = select(Organisation).where(Organisation.name == ORGANISATION)
    found = session.scalar(named)
    if found is None:
        found = people.found(session, account, ORGANISATION, ABOUT, now=now)
        operating.approve(session, found, by=None, now=now)
    return Owner(account.id, found.id)


def _state(campaign: Made) -> CampaignState:
    found = look(select(Campaign.state).where(Campaign.id == campaign.number))
    return CampaignState(found)


def _given(campaign: Made) -> int:
    stages = select(Stage.id).where(Stage.campaign_id == campaign.number)
    given = look(select(func.count(Answer.id)).where(Answer.stage_id.in_(stages)))
    return int(given)


def _report(campaign: Made, reason: str, site: str) -> None:
    """Let one volunteer report the card they get, over HTTP as everybody does."""
    cards = select(Card.id).join(Stage).where(Stage.campaign_id == campaign.number)
    if look(select(exists().where(Report.card_id.in_(cards)))):
        return
    browser = _browser.Browser(site, lines := _browser.pool(1))
    card = _forms_reader.read(browser.get(f"/c/{campaign.slug}/work").text).card
    if card is not None:
        browser.post(card.action, [*card.acted("report"), ("reason", reason)])
    lines.clear()


def _freeze(campaign: Made, account: int) -> None:
    """Settle what is contested, close the campaign, and publish its first data set."""

    def close(session: Session) -> None:
        found = session.get_one(Campaign, campaign.number)
        reviewer = session.get_one(Account, account)
        for card in review.queue(session, found):
            value = review.tallies(session, card)[0].value
            resolutions.settle(session, card, value, reviewer, utcnow())
        if found.state == CampaignState.open:
            campaigns.close(session, found, utcnow(), reviewer)

    def publish(session: Session) -> None:
        found = session.get_one(Campaign, campaign.number)
        by = session.get_one(Account, account)
        known = select(DataSet.id).where(DataSet.campaign_id == found.id)
        if session.scalar(known) is None:
            versions.begin(session, found, is_public=True, now=utcnow(), account=by)

    transact(close)
    _stocking.finish_jobs(campaign)
    transact(publish)
    _stocking.finish_jobs(campaign)
