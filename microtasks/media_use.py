"""Which stored files other campaigns need: the store keeps the same bytes once, whoever sent them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from microtasks.models import Campaign, DataSet, Source, Upload


class Elsewhere:
    """The files that campaigns other than one still use. Campaigns being deleted use nothing."""

    def __init__(self, campaign_id: int) -> None:
        self._campaign_id = campaign_id
        self._upload_id = 0
        self._uploaded: set[str] = set()

    def free(self, session: Session, keys: Iterable[str | None]) -> list[str]:
        """Return those of the keys that no other campaign uses."""
        wanted = {key for key in keys if key}
        self._read_new_uploads(session)
        used: set[str | None] = set(self._uploaded & wanted)
        for column, owner in (
            (Source.original, Source.campaign_id),
            (Source.picture, Source.campaign_id),
            (DataSet.key, DataSet.campaign_id),
        ):
            query = select(column).join(Campaign, Campaign.id == owner)
            used |= set(
                session.scalars(query.where(column.in_(wanted), *self._others()))
            )
        return sorted(wanted - used)

    def _read_new_uploads(self, session: Session) -> None:
        """An upload's keys stand in a list that no index reaches: each upload is read once."""
        query = (
            select(Upload.id, Upload.files)
            .join(Campaign, Campaign.id == Upload.campaign_id)
            .where(Upload.id > self._upload_id, *self._others())
            .order_by(Upload.id)
        )
        for number, files in session.execute(query):
            self._upload_id = number
            self._uploaded.update(file["key"] for file in files)

    def _others(self) -> tuple[ColumnElement[bool], ...]:
        return Campaign.id != self._campaign_id, Campaign.deleted_at.is_(None)
