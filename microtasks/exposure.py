"""How much of a source one volunteer may ever be served (DESIGN section 6): nobody sees the whole."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks import cutting, database, slicing
from microtasks.models import Campaign, Card, Exposure, Identity, Source, Stage
from microtasks.slicing.slicer import Piece, Region

#: Shares are sums of floats: a limit met exactly must not fail by their last digit.
_EPSILON = 1e-9


def limit(campaign: Campaign, stage: Stage) -> float:
    """Return the share of a source that one person may see in this stage: the recipe's, else the slicer's."""
    if campaign.exposure is not None:
        return campaign.exposure
    return slicing.slicer(stage.slicing["mode"]).exposure


def allows(session: Session, stage: Stage, card: Card, persons: Sequence[int]) -> bool:
    """Whether the card may be served: a first card always, a part already seen costs nothing."""
    allowed = limit(stage.campaign, stage)
    if allowed >= 1:
        return True
    seen = _seen(session, card.source_id, persons)
    new = {part: share for part, share in parts(card).items() if part not in seen}
    if not seen or not new:
        return True
    shown = _shown(session, card.source, stage.campaign)
    share = (sum(seen.values()) + sum(new.values())) / max(
        sum(shown.values()), _EPSILON
    )
    return share <= allowed + _EPSILON


def serve(session: Session, campaign: Campaign, card: Card, identity: Identity) -> None:
    """Note what a card shows before it is shown. Campaigns without a limit keep no notes."""
    if limit(campaign, card.stage) >= 1:
        return
    rows = [
        {
            "identity_id": identity.id,
            "source_id": card.source_id,
            "part": part,
            "share": share,
        }
        for part, share in parts(card).items()
    ]
    session.execute(
        database.insert(session, Exposure).values(rows).on_conflict_do_nothing()
    )


def parts(card: Card) -> dict[str, float]:
    """Name the parts of its source that a card shows, each with its share of the whole."""
    return slicing.slicer(card.stage.slicing["mode"]).shares(
        cutting.subject_of(card.source), piece(card)
    )


def piece(card: Card) -> Piece:
    """Return the piece that a card shows."""
    region = Region(**card.region) if "x" in card.region else None
    return Piece(card.slice, card.order, region, tuple(card.region.get("fields", ())))


def _seen(session: Session, source_id: int, persons: Sequence[int]) -> dict[str, float]:
    rows = session.execute(
        select(Exposure.part, Exposure.share).where(
            Exposure.source_id == source_id, Exposure.identity_id.in_(persons)
        )
    )
    return dict(rows.all())


def _shown(session: Session, source: Source, campaign: Campaign) -> dict[str, float]:
    """Return the union of the parts that any stage shows of a source."""
    stages = [stage.id for stage in campaign.stages]
    cards = session.scalars(
        select(Card).where(Card.source_id == source.id, Card.stage_id.in_(stages))
    )
    return {part: share for card in cards for part, share in parts(card).items()}
