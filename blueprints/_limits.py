"""How often one may come: generous where a classroom shares an address, strict where passwords are tried."""

from __future__ import annotations

import ipaddress

from flask import Flask, request
from flask_limiter import Limiter

#: Forty volunteers of one school, each with a page and its picture every second or two.
EVERYBODY = "9000 per minute"
#: Only failed tries count; see `sign_ins` in blueprints/accounts.py for the keys.
SIGN_IN_ACCOUNT = "10 per 5 minutes"
SIGN_IN_ADDRESS = "30 per 5 minutes"
SIGN_UP = "60 per hour"
MAILS_ACCOUNT = "5 per hour"
MAILS_ADDRESS = "40 per hour"
REPORTS = "60 per minute"
#: Tables of answers that one account has decided.
CROWDS = "60 per hour"


def address() -> str:
    """Return the visitor's network address; of IPv6 the network, since a home has 2^64 addresses."""
    given = request.remote_addr or "nowhere"
    try:
        found = ipaddress.ip_address(given.partition("%")[0])
    except ValueError:
        return given
    if found.version == 6:
        return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
    return str(found)


def whom_to_mail() -> str:
    """Return the address that a form wants a mail sent to, as a key."""
    return request.form.get("email", "").strip().lower()[:254]


limiter = Limiter(address, default_limits=[EVERYBODY])


def init_app(app: Flask) -> None:
    """Count requests in Redis if there is one, and in the process when it is away."""
    app.config.setdefault("RATELIMIT_IN_MEMORY_FALLBACK_ENABLED", True)
    limiter.init_app(app)


def failed(answer) -> bool:
    """Say whether a try was refused: only those count against who tries passwords."""
    return bool(answer.status_code == 422)
