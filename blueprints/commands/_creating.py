"""What `flask campaign create` does: an owner, a campaign, its files in the store, and the job that reads them."""

from __future__ import annotations

import dataclasses
import secrets
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from blueprints import _jobs
from blueprints._clock import utcnow
from blueprints._database import db, transact
from blueprints._store import store
from microtasks import campaigns, jobs, people, uploads
from microtasks.errors import MicrotaskError, NotFound
from microtasks.models import (
    Account,
    Campaign,
    Card,
    Job,
    JobState,
    Organisation,
    Role,
    Source,
)
from microtasks.people import names
from microtasks.recipe import Recipe
from microtasks.uploads import ReceivedFile

#: Owns the campaigns that are made at the terminal for nobody in particular.
LOCAL = "Local"
#: Of more refusals than this only the number is told in words; JSON has them all.
SHOWN = 20


def create(
    plan: Recipe,
    sources: Sequence[Path],
    owner: str | None,
    create_owner: bool,
    open_it: bool,
) -> dict[str, Any]:
    """Make the campaign and read its sources here and now; return what the command prints."""
    if not plan.stages:
        raise MicrotaskError("there is no [[stage]]: nothing would be asked")
    received = list(_received(sources))

    def begin(session: Session) -> tuple[int, int | None]:
        account, organisation = _owner(session, owner, create_owner)
        made = campaigns.create(session, organisation, plan, utcnow(), account)
        uploads.receive(session, made, received, utcnow(), account)
        job = jobs.unfinished(session, "intake", made)
        return made.id, job and job.id

    number, job = transact(begin)
    if job is not None:
        _read(number, job)
    if open_it and _count(Source, number):
        transact(lambda s: campaigns.open_(s, s.get_one(Campaign, number), utcnow()))
    return _told(number)


def _received(sources: Sequence[Path]) -> Iterator[ReceivedFile]:
    """Put the files into the store; those of a folder in the order of their names, hidden ones left out."""
    for source in sources:
        root = source if source.is_dir() else source.parent
        files = sorted(source.rglob("*")) if source.is_dir() else [source]
        for path in files:
            name = path.relative_to(root)
            if path.is_file() and not any(part.startswith(".") for part in name.parts):
                stored = store().put(path)
                yield ReceivedFile(name.as_posix(), stored.sha256, stored.size)


def _owner(
    session: Session, email: str | None, create_owner: bool
) -> tuple[Account | None, Organisation]:
    """Return who owns the campaign; whoever sits at the terminal approves what is made for it."""
    if email is None:
        return None, _local(session)
    address = names.email(email)
    account = session.scalars(select(Account).where(Account.email == address)).first()
    if account is None and not create_owner:
        raise NotFound(
            f"no account has the address {address}; --create-owner makes one"
        )
    account = account or _new_account(session, address)
    may_create = {Role.owner, Role.manager}
    for membership in account.memberships:
        if membership.role in may_create:
            return account, membership.organisation
    own = f"{account.name} {account.public_id[:6]}"
    organisation = people.found(session, account, own, now=utcnow())
    organisation.approved_at = utcnow()
    return account, organisation


def _new_account(session: Session, address: str) -> Account:
    password = secrets.token_urlsafe(12)
    name = address.partition("@")[0]
    account = people.sign_up(session, address, name, password, now=utcnow())
    click.echo(f"Made the account {address} with the password {password}", err=True)
    return account


def _local(session: Session) -> Organisation:
    found = session.scalars(select(Organisation).where(Organisation.name == LOCAL))
    local = found.first()
    if local is None:
        local = Organisation(name=LOCAL, created_at=utcnow(), approved_at=utcnow())
        session.add(local)
        session.flush()
    return local


def _read(campaign: int, job: int) -> None:
    """Run the job and show on standard error how far it is."""
    shown = time.monotonic()

    def show() -> bool:
        nonlocal shown
        row = db.session.identity_map.get(db.session.identity_key(Job, job))
        if row is not None and time.monotonic() - shown > 1:
            shown = time.monotonic()
            click.echo(f"\r{row.done:,} read", nl=False, err=True)
        return False

    tools = dataclasses.replace(_jobs.tools(), stopping=show)
    session = db.session()
    state = jobs.run_to_end(session, job, tools, lambda: time.sleep(0.2))
    click.echo(f"\r{_count(Source, campaign):,} sources read", err=True)
    if state == JobState.failed:
        raise MicrotaskError(f"reading failed: {session.get_one(Job, job).reason}")


def _count(table: type[Source] | type[Card], campaign: int) -> int:
    query = select(func.count(table.id))
    if table is Card:
        query = query.join(Source, Source.id == Card.source_id)
    found = db.session.scalar(query.where(Source.campaign_id == campaign))
    return int(found or 0)


def _told(number: int) -> dict[str, Any]:
    config = current_app.config["MANYHANDS"]
    made = db.session.get_one(Campaign, number)
    site = config.public_url or f"http://{config.host}:{config.port}"
    return {
        "slug": made.slug,
        "url": f"{site.rstrip('/')}/c/{made.slug}/",
        "state": str(made.state),
        "sources": _count(Source, number),
        "cards": _count(Card, number),
        "refused": list(_refused(made)),
    }


def _refused(made: Campaign) -> Iterator[dict[str, Any]]:
    after = 0
    while batch := uploads.refused(db.session(), made, after=after):
        for line in batch:
            yield {
                "file": line.file,
                "row": line.row,
                "column": line.column,
                "reason": line.reason,
            }
        after = batch[-1].id


def in_words(told: dict[str, Any]) -> str:
    """Say what was made, for a person at the terminal."""
    lines = [
        f"{told['slug']}: {told['sources']:,} sources, {told['cards']:,} cards, {told['state']}",
        told["url"],
    ]
    refused = told["refused"]
    lines += [f"refused: {_place(line)}: {line['reason']}" for line in refused[:SHOWN]]
    if len(refused) > SHOWN:
        lines.append(f"... and {len(refused) - SHOWN:,} more refused; --json lists all")
    return "\n".join(lines)


def _place(line: dict[str, Any]) -> str:
    return line["file"] if line["row"] is None else f"{line['file']}, row {line['row']}"
