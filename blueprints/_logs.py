"""Logs: one JSON object on one line for each event, with the number of the request it belongs to."""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from datetime import UTC, datetime

from flask import Flask, Response, g, has_request_context, request
from flask.logging import wsgi_errors_stream

log = logging.getLogger("manyhands")
#: Everything that could end a line or move a terminal's cursor, beyond what JSON escapes by itself.
_UNSEEN = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


class OneLine(logging.Formatter):
    """Writes a record as one line, whatever strangers put into it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON without raw control characters."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "from": record.name,
            "said": record.getMessage(),
        }
        if has_request_context():
            line["request"] = request_id()
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        text = json.dumps(line, ensure_ascii=False)
        return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def init_app(app: Flask) -> None:
    """Send the site's log to standard error and number the requests."""
    if not any(isinstance(known.formatter, OneLine) for known in log.handlers):
        handler = logging.StreamHandler(wsgi_errors_stream)  # type: ignore[arg-type]
        handler.setFormatter(OneLine())
        log.addHandler(handler)
    log.setLevel(logging.INFO)
    app.before_request(_begin)
    app.after_request(_end)


def request_id() -> str:
    """Return this request's number: in its answer, in its log lines, on its error page."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    return str(g.request_id)


def _begin() -> None:
    g.began = time.perf_counter()


def _end(answer: Response) -> Response:
    answer.headers["X-Request-ID"] = request_id()
    if request.endpoint != "static":
        # The rule and not the address: addresses may hold tokens. No network address: it is personal data.
        rule = request.url_rule.rule if request.url_rule else "(no such page)"
        taken = (time.perf_counter() - g.get("began", time.perf_counter())) * 1000
        log.info("%s %s %d %.0f ms", request.method, rule, answer.status_code, taken)
    return answer
