"""A volunteer's browser is known by a signed, long-lived cookie that holds a random name and nothing else."""

from __future__ import annotations

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadSignature, TimestampSigner

from config import Config
from microtasks.models import public_id

YEAR = 365 * 24 * 3600
#: A cookie in use is written anew after so long, so that it does not run out.
RENEW_AFTER = 30 * 24 * 3600


def init_app(app: Flask) -> None:
    """Set the cookie on the answers that need it."""
    app.after_request(_write)


def current_key() -> str:
    """Return the public id of the visitor's identity; a newcomer gets one, and its cookie with this answer."""
    return known_key() or fresh_key()


def fresh_key() -> str:
    """Give this browser a new identity: whoever uses it now is not who used it before."""
    g.identity_key = g.identity_to_write = public_id()
    return str(g.identity_key)


def known_key() -> str | None:
    """Return the public id in the visitor's cookie, if it is one of ours."""
    if "identity_key" not in g:
        g.identity_key = _read()
    return g.identity_key


def forget() -> None:
    """Take the cookie away: the next person at this browser is somebody else."""
    g.identity_key, g.identity_to_write = None, ""


def _name() -> str:
    config: Config = current_app.config["MANYHANDS"]
    return "__Host-volunteer" if config.is_https else "volunteer"


def _signer() -> TimestampSigner:
    # The last key signs; a cookie signed with an older one is still believed.
    settings = current_app.config
    keys = [*settings["SECRET_KEY_FALLBACKS"], settings["SECRET_KEY"]]
    return TimestampSigner(keys, salt="volunteer")


def _read() -> str | None:
    cookie = request.cookies.get(_name(), "")
    try:
        key, signed_at = _signer().unsign(cookie, max_age=YEAR, return_timestamp=True)
    except BadSignature:
        return None
    if (_signer().get_timestamp() - signed_at.timestamp()) > RENEW_AFTER:
        g.identity_to_write = key.decode()
    return key.decode()


def _write(answer: Response) -> Response:
    key = g.get("identity_to_write")
    if key is None:
        return answer
    config: Config = current_app.config["MANYHANDS"]
    answer.set_cookie(
        _name(),
        _signer().sign(key).decode() if key else "",
        max_age=YEAR if key else 0,
        secure=config.is_https,
        httponly=True,
        samesite="Lax",
    )
    return answer
