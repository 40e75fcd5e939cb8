"""What guards every answer: headers, the site's own host names, where a request comes from, CSRF tokens."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request, session
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from blueprints import _limits, _logs
from config import Config

View = TypeVar("View", bound=Callable[..., Any])

csrf = CSRFProtect()
log = logging.getLogger("manyhands.csp")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "manifest-src 'self'; report-uri /csp-report"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
}
_PICTURES = {"media.picture", "campaigns.picture"}
HSTS = "max-age=63072000; includeSubDomains"


def init_app(app: Flask) -> None:
    """Put the guards before and after every view."""
    config: Config = app.config["MANYHANDS"]
    if config.public_url:
        own = urlsplit(config.public_url).hostname
        app.config["TRUSTED_HOSTS"] = [own, config.host, "localhost", "127.0.0.1"]
    # Pages in people's hands stay good when the key changes: the last key signs, all are believed.
    keys = [*app.config["SECRET_KEY_FALLBACKS"], app.config["SECRET_KEY"]]
    app.config.setdefault("WTF_CSRF_SECRET_KEY", keys)
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    if hops := config.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=0
        )
    _logs.init_app(app)
    app.after_request(_guard)
    app.before_request(_refuse_other_sites)
    _limits.init_app(app)
    csrf.init_app(app)
    Compress(app)
    app.add_url_rule("/csp-report", view_func=csp_report, methods=["POST"])


def without_token(view: View) -> View:
    """Mark a view that takes requests from outside its own pages and looks at no cookie."""
    view.without_token = True  # type: ignore[attr-defined]
    return csrf.exempt(view)


def _refuse_other_sites() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    site = request.headers.get("Sec-Fetch-Site", "none")
    if request.endpoint in _PICTURES and site not in {"same-origin", "none"}:
        abort(403, "Pictures of cards are shown on this site alone.")
    if request.method in {"GET", "HEAD", "OPTIONS", "TRACE"}:
        return
    if getattr(view, "without_token", False):
        return
    origin = request.headers.get("Origin")
    if site not in {"same-origin", "none"} or (origin and origin not in _own_origins()):
        abort(403, "This came from another site. Nothing was changed.")


def _own_origins() -> set[str]:
    config: Config = current_app.config["MANYHANDS"]
    public = urlsplit(config.public_url)
    return {request.host_url.rstrip("/"), f"{public.scheme}://{public.netloc}"}


def _guard(answer: Response) -> Response:
    config: Config = current_app.config["MANYHANDS"]
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)  # media say something stricter
    if config.is_https:
        answer.headers["Strict-Transport-Security"] = HSTS
    if answer.mimetype == "text/html":
        answer.vary.add("HX-Request")
        known = session.accessed and "_user_id" in session
        kept = "no-store" if known else "private, no-cache"
        answer.headers.setdefault("Cache-Control", kept)
    if session.modified and session:
        session.permanent = True  # a phone that drops its tabs keeps its session
    return answer


@without_token
@_limits.limiter.limit(_limits.REPORTS)
def csp_report() -> tuple[str, int]:
    """Log what a browser refused to load: a line of ours that breaks our own policy, or an attack that failed."""
    told = request.get_data(cache=False)[:4096] if _is_small() else b""
    try:
        found = json.loads(told)["csp-report"]
        parts = {
            key: str(found.get(key, ""))[:200]
            for key in ("effective-directive", "blocked-uri", "line-number")
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", 400
    log.warning("refused by the policy: %s", parts)
    return "", 204


def _is_small() -> bool:
    return (request.content_length or 0) <= 16384
