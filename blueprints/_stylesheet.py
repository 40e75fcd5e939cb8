"""What base.html needs to name its files: one stylesheet made of small parts, and addresses that may be cached for ever."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, url_for
from werkzeug.routing import BuildError

from microtasks import drawing

PARTS = ("tokens", "base", "layout", "components", "forms", "charts", "card", "desk")
FOR_EVER = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    """Serve the stylesheet and give templates `stylesheet_url`, `asset`, `page_url` and `drawing`."""
    static = Path(app.static_folder or "static")
    css = "".join(Path(static, "css", f"{part}.css").read_text() for part in PARTS)
    digest = _digest(css.encode())
    versions: dict[str, str] = {}

    def site_stylesheet(version: str) -> Response:
        """Send the one stylesheet; a page older than this process still gets a style, but may not keep it."""
        answer = Response(css, mimetype="text/css")
        answer.headers["Cache-Control"] = FOR_EVER if version == digest else "no-cache"
        return answer

    def stylesheet_url() -> str:
        """Return the stylesheet's address, which changes with its content."""
        return url_for("site_stylesheet", version=digest)

    def asset(path: str) -> str:
        """Return the address of a static file with a version that changes with its content."""
        if path not in versions:
            versions[path] = _digest(Path(static, path).read_bytes())
        return url_for("static", filename=path, v=versions[path])

    def keep_versioned(answer: Response) -> Response:
        """Let browsers keep a static file whose address names the content that was sent."""
        path = (request.view_args or {}).get("filename", "")
        if request.endpoint == "static" and versions.get(path, "") == request.args.get(
            "v"
        ):
            answer.headers["Cache-Control"] = FOR_EVER
        return answer

    app.add_url_rule("/static/site-<version>.css", view_func=site_stylesheet)
    app.after_request(keep_versioned)
    app.jinja_env.globals.update(
        stylesheet_url=stylesheet_url, asset=asset, page_url=page_url, drawing=drawing
    )


def page_url(endpoint: str, **values: Any) -> str | None:
    """Return a page's address, or None where this site has no such page."""
    try:
        return url_for(endpoint, **values)
    except BuildError:
        return None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
