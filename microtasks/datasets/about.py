"""What a data set says of itself besides its rows: who made it, which version it is, and what it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class About:
    """A data set's title page. `version` is None for an export that was not frozen."""

    slug: str
    title: str
    description: str
    organisation: str
    licence: str
    frozen_at: datetime
    version: int | None
    is_public: bool

    @property
    def name(self) -> str:
        """Return the data set's short name, which is also its file's."""
        return f"{self.slug}-v{self.version}" if self.version else f"{self.slug}-draft"

    @property
    def edition(self) -> str:
        """Return which edition this is, in words."""
        return f"version {self.version}" if self.version else "not frozen"

    @property
    def citation(self) -> str:
        """Return how the data set is cited."""
        year = self.frozen_at.year
        return f"{self.organisation} ({year}). {self.title} [Data set, {self.edition}, {self.frozen_at:%Y-%m-%d}]. Manyhands."


@dataclass(frozen=True, slots=True)
class Summary:
    """What a data set counts: sources, slices, answers, volunteers, slices by status, agreement by stage."""

    sources: int
    slices: int
    answers: int
    counted: int
    volunteers: int
    status: Mapping[str, int]
    alpha: Mapping[str, float | None]
