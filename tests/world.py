"""A small world for tests: a campaign with its cards, and volunteers, made straight in the tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from microtasks.models import (
    FRESH_POSITIONS,
    Campaign,
    CampaignState,
    Card,
    CardState,
    DataSet,
    Identity,
    Organisation,
    Report,
    Source,
    SourceKind,
    Stage,
    Upload,
    UploadState,
)
from tests.conftest import NOON

OPTIONS = ["water", "food", "nothing"]


def stage(name: str = "need", position: int = 0, **changes: Any) -> Stage:
    """A choice stage over a record's message: two to five answers at 0.9."""
    settings: dict[str, Any] = {
        "name": name,
        "position": position,
        "slicing": {"mode": "fields", "columns": [["message"]]},
        "question": {
            "kind": "choice",
            "text": "What is asked for?",
            "options": OPTIONS,
        },
        "min_answers": 2,
        "max_answers": 5,
        "confidence": 0.9,
    }
    return Stage(**(settings | changes))


def campaign(
    session: Session,
    cards: int = 3,
    stages: Sequence[Stage] = (),
    now: datetime = NOON,
    **changes: Any,
) -> Campaign:
    """An open campaign of an approved organisation with `cards` records and their cards."""
    number = session.scalar(select(func.count(Campaign.id))) or 0
    settings: dict[str, Any] = {
        "slug": f"floods-{number}",
        "title": "Sort flood messages",
        "description": "Say what each message asks for.",
        "state": CampaignState.open,
        "organisation": Organisation(
            name=f"Relief {number}", created_at=now, approved_at=now
        ),
        "pseudonym_key": "k",
        "created_at": now,
        "opened_at": now,
        "stages": list(stages) or [stage()],
    }
    made = Campaign(**(settings | changes))
    session.add(made)
    session.flush()
    upload = Upload(
        campaign_id=made.id, files=[], state=UploadState.taken, created_at=now
    )
    session.add(upload)
    session.flush()
    rng = Random(number)
    for item in range(cards):
        columns = [["id", str(item)], ["message", f"message {item}"]]
        add_source(session, made, upload, item, columns, rng)
    session.commit()
    return made


def add_source(
    session: Session,
    campaign: Campaign,
    upload: Upload,
    item: int,
    columns: list[Any],
    rng: Random,
) -> Source:
    """A record, with one card for each stage."""
    source = Source(
        campaign_id=campaign.id,
        upload_id=upload.id,
        item=item,
        name=str(item),
        kind=SourceKind.record,
        columns=columns,
        row=item + 2,
    )
    session.add(source)
    session.flush()
    for each in campaign.stages:
        session.add(
            Card(
                stage_id=each.id,
                source_id=source.id,
                slice="message",
                order=0,
                region={"fields": ["message"]},
                position=rng.randrange(FRESH_POSITIONS),
                state=CardState.waiting if each.condition else CardState.open,
                asked=each.min_answers,
                max_answers=each.max_answers,
            )
        )
    session.flush()
    return source


def volunteer(session: Session, now: datetime = NOON) -> Identity:
    """A new anonymous volunteer."""
    identity = Identity(created_at=now)
    session.add(identity)
    session.commit()
    return identity


def cards(session: Session, **where: Any) -> list[Card]:
    """All cards in the order in which they were made."""
    session.expire_all()
    return list(session.scalars(select(Card).filter_by(**where).order_by(Card.id)))


def furnish(session: Session, slug: str, **changes: object) -> dict[str, str]:
    """Make a campaign with one of each thing that has an address; return what names them."""
    made = campaign(session, cards=1, slug=slug, **changes)
    card = session.scalars(select(Card).where(Card.stage_id == made.stages[0].id)).one()
    report = Report(card_id=card.id, identity_id=volunteer(session).id, created_at=NOON)
    upload = session.scalars(select(Upload).where(Upload.campaign_id == made.id)).one()
    data_set = DataSet(campaign_id=made.id, version=1, frozen_at=NOON)
    session.add_all([report, data_set])
    session.commit()
    things = {"card": card, "report": report, "upload": upload}
    return {"slug": slug} | {name: thing.public_id for name, thing in things.items()}
