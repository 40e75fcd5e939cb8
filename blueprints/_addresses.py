"""Addresses: the ones we send out, and the ones that visitors ask us to send them to."""

from __future__ import annotations

import re

from flask import current_app, request, url_for

from config import Config

#: A path of this site in plain characters, perhaps with a query; nothing that a browser could read as a host.
_OWN = re.compile(r"(?:/[\w.~@+-]+)*/?(?:\?[\w.~&=+%-]*)?", re.ASCII)


def outside(endpoint: str, **values: object) -> str:
    """Return a page's whole address for a mail; never by the host that a request claims."""
    config: Config = current_app.config["MANYHANDS"]
    host = "localhost" if config.host in {"0.0.0.0", "::"} else config.host  # noqa: S104
    site = config.public_url or f"http://{host}:{config.port}"
    return site.rstrip("/") + url_for(endpoint, **values)  # type: ignore[arg-type]


def wanted(otherwise: str) -> str:
    """Return where `next` asks to go, if that is a plain path of this site, else where we would send them."""
    target = request.values.get("next", "")
    return target if is_own(target) else otherwise


def is_own(target: str) -> bool:
    """Say whether a text is an address of this site that no browser reads as another's."""
    return (
        target.startswith("/")
        and _OWN.fullmatch(target) is not None
        and "/." not in target
    )
