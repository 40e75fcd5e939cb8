"""Secrets that are sent out once: who holds one may pass; of each only a hash is kept."""

from __future__ import annotations

import hashlib
import secrets


def new() -> str:
    """Make a token of 256 bits."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
