"""The web's clock: the domain is told the time, it never asks."""

from __future__ import annotations

from datetime import UTC, datetime


def utcnow() -> datetime:
    """Return this moment, aware and in UTC."""
    return datetime.now(UTC)
