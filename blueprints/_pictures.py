"""Addresses of card pictures: unguessable, good for one volunteer and as long as their lease."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from flask import current_app, url_for

from microtasks.models import Lease, SourceKind


def url(lease: Lease) -> str:
    """Return the address of a lease's picture; empty where the card has none."""
    if lease.card.source.kind != SourceKind.image:
        return ""
    return url_for("media.picture", token=_token(lease))


def find(token: str, leases: Iterable[Lease]) -> Lease | None:
    """Return which of a volunteer's own leases an address was made for."""
    for lease in leases:
        if hmac.compare_digest(_token(lease).encode(), token.encode()):
            return lease
    return None


def _token(lease: Lease) -> str:
    """Derive the address from the lease's key, so that the address does not give the key away."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(
        secret, b"picture:" + lease.key.encode(), hashlib.sha256
    ).hexdigest()[:32]
