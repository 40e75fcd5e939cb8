"""Pages and fragments: the same template serves a whole page and an htmx swap."""

from __future__ import annotations

from flask import Flask, Response, redirect, render_template, url_for
from htmx_flask import Htmx, request


def init_app(app: Flask) -> None:
    """Let `request.htmx` tell who asks."""
    Htmx(app)


def is_swap() -> bool:
    """Say whether htmx asks for a fragment (and not for a page, or for one out of the history)."""
    htmx = request.htmx
    return bool(htmx) and not (htmx.boosted or htmx.history_restore_request)


def render(page: str, fragment: str, **context: object) -> str:
    """Render the whole page, or only the fragment when htmx asks for a swap."""
    return render_template(fragment if is_swap() else page, **context)


def go(url: str) -> Response:
    """Send the visitor to another page of ours: 303, or what htmx understands as one."""
    if is_swap():
        return Response(headers={"HX-Redirect": url})
    return redirect(url, 303)  # type: ignore[return-value]


def redirect_to(endpoint: str, **values: object) -> Response:
    """Send the visitor to a page of ours by its endpoint; see `go`."""
    return go(url_for(endpoint, **values))  # type: ignore[arg-type]
