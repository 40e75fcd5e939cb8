"""Reads a campaign's rows as a data set's inputs, in the order in which they are written: the only file here that looks into tables."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, select
from sqlalchemy.orm import Session

from microtasks.datasets import naming
from microtasks.datasets.bundle import (
    CANT_TELL,
    WITHDRAWN,
    AnswerRow,
    GoldRow,
    ReviewRow,
    SliceRow,
    SourceRow,
)
from microtasks.models import (
    Account,
    Answer,
    Campaign,
    Card,
    Clock,
    Identity,
    Refused,
    Resolution,
    Source,
    Stage,
    Upload,
)
from microtasks.slicing.slicer import Region

#: Rows fetched at a time.
_CHUNK = 2000
#: The order of the manifest, then of stages, then of reading.
_ORDER = (Source.upload_id, Source.item, Stage.position, Card.order, Card.id)


class Gathering:
    """One campaign's rows as they stood at a moment, for the organisation or for everybody."""

    def __init__(
        self, session: Session, campaign: Campaign, at: datetime, is_public: bool
    ) -> None:
        self._session, self._campaign, self._at = session, campaign, at
        self._is_public = is_public
        self._pseudonym = cache(self._new_pseudonym)

    def columns(self) -> list[str]:
        """Return the names of the sources' own columns that this data set shows."""
        chosen = self._campaign.publish if self._is_public else None
        query = select(Source.columns).where(Source.campaign_id == self._campaign.id)
        tables = (
            [name for name, _ in columns]
            for (columns,) in self._rows(query.order_by(Source.upload_id, Source.item))
        )
        return [
            name for name in naming.union(tables) if chosen is None or name in chosen
        ]

    def sources(self, columns: list[str]) -> Iterator[SourceRow]:
        """Yield the sources in the manifest's order."""
        query = (
            select(Source.name, Source.width, Source.height, Source.columns)
            .where(Source.campaign_id == self._campaign.id)
            .order_by(Source.upload_id, Source.item)
        )
        for name, width, height, own in self._rows(query):
            said = dict(own)
            yield SourceRow(
                name, width, height, [said.get(column) or "" for column in columns]
            )

    def slices(self) -> Iterator[SliceRow]:
        """Yield the slices by source, stage and reading order."""
        query = self._of_cards(Card.order, Card.region, Card.state, Stage.version)
        for source, stage, piece, order, region, state, version in self._rows(
            query.order_by(*_ORDER)
        ):
            yield SliceRow(
                source,
                stage,
                piece,
                order=order,
                region=_region(region),
                fields=tuple(region.get("fields", ())),
                state=str(state),
                stage_version=version,
            )

    def answers(self) -> Iterator[AnswerRow]:
        """Yield the answers by slice, then by time; those taken back are no business of the public's."""
        query = (
            self._of_cards(
                Answer.value, Answer.answered_at, Answer.seconds, Answer.late, Answer.counted, Answer.flag,
                Answer.gold, Answer.stage_version, Answer.withdrawn_at, Identity.public_id, Account.public_id,
            )
            .join(Answer, Answer.card_id == Card.id)
            .join(Identity, Identity.id == Answer.identity_id)
            .outerjoin(Account, Account.id == Identity.account_id)
            .where(Answer.answered_at <= self._at)
            .order_by(*_ORDER, Answer.answered_at, Answer.id)
        )  # fmt: skip
        if self._is_public:
            query = query.where(~self._is_withdrawn())
        for row in self._rows(query):
            yield self._answer(*row)

    def reviews(self) -> Iterator[ReviewRow]:
        """Yield reviewers' decisions by slice, then by time."""
        query = (
            self._of_cards(
                Resolution.value,
                Resolution.made_at,
                Resolution.stage_version,
                Account.public_id,
            )
            .join(Resolution, Resolution.card_id == Card.id)
            .outerjoin(Account, Account.id == Resolution.account_id)
            .where(Resolution.clock == Clock.review, Resolution.made_at <= self._at)
            .order_by(*_ORDER, Resolution.made_at, Resolution.id)
        )
        for source, stage, piece, value, made_at, version, account in self._rows(query):
            reviewer = self._pseudonym("r", account) if account else ""
            yield ReviewRow(source, stage, piece, value, reviewer, made_at, version)

    def gold(self) -> Iterator[GoldRow]:
        """Yield the cards whose value was known beforehand."""
        query = self._of_cards(Card.gold).where(Card.gold.is_not(None))
        for source, stage, piece, value in self._rows(query.order_by(*_ORDER)):
            yield GoldRow(source, stage, piece, value)

    def refused(self) -> Iterator[tuple[str, int | None, str | None, str]]:
        """Yield what was uploaded and not taken: file, row, column, reason. Names of files are the team's alone."""
        if self._is_public:
            return
        query = (
            select(Refused.file, Refused.row, Refused.column, Refused.reason)
            .join(Upload, Upload.id == Refused.upload_id)
            .where(Upload.campaign_id == self._campaign.id)
            .order_by(Refused.upload_id, Refused.id)
        )
        yield from self._rows(query)

    def _answer(
        self, source: str, stage: str, piece: str, value: Any, at: datetime, seconds: float, late: bool,
        counted: bool, flag: str, gold: bool, version: int, withdrawn_at: datetime | None, identity: str,
        account: str | None,
    ) -> AnswerRow:  # fmt: skip
        flags = flag.split()
        if value is None:
            flags.append(CANT_TELL)
        if withdrawn_at is not None and withdrawn_at <= self._at:
            flags.append(WITHDRAWN)
        volunteer = self._pseudonym("v", account or identity)
        return AnswerRow(
            source, stage, piece, volunteer, value, at, seconds, late, counted, " ".join(flags), gold, version,
        )  # fmt: skip

    def _is_withdrawn(self) -> ColumnElement[bool]:
        return Answer.withdrawn_at.is_not(None) & (Answer.withdrawn_at <= self._at)

    def _of_cards(self, *columns: Any) -> Select[Any]:
        return (
            select(Source.name, Stage.name, Card.slice, *columns)
            .select_from(Card)
            .join(Stage, Stage.id == Card.stage_id)
            .join(Source, Source.id == Card.source_id)
            .where(Stage.campaign_id == self._campaign.id, Stage.position >= 0)
        )

    def _rows(self, query: Executable) -> Iterator[Any]:
        yield from self._session.execute(query.execution_options(yield_per=_CHUNK))

    def _new_pseudonym(self, letter: str, person: str) -> str:
        """Name a person in this campaign only; a reviewer's name does not lead to their answers."""
        said = person if letter == "v" else f"{letter}:{person}"
        key = self._campaign.pseudonym_key.encode()
        return letter + hmac.new(key, said.encode(), hashlib.sha256).hexdigest()[:12]


def _region(stored: dict[str, Any]) -> Region | None:
    if "x" not in stored:
        return None
    return Region(stored["x"], stored["y"], stored["width"], stored["height"])
