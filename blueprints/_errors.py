"""Refusals and faults become answers: a page, a fragment, or JSON, each with a sentence and the request's number."""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Flask, Response, jsonify, make_response, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy import exc
from werkzeug.exceptions import HTTPException, SecurityError

from blueprints import _htmx, _logs
from blueprints._database import db
from blueprints._people import SignInNeeded
from microtasks import errors

log = logging.getLogger("manyhands.errors")

#: The first class that fits says which status a refusal has.
STATUS: dict[type[errors.MicrotaskError], int] = {
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.UploadRejected: 422,
    errors.InvalidInput: 422,
    errors.WrongState: 409,
    errors.KeyConflict: 409,
    errors.LeaseExpired: 409,
    errors.JobFenced: 409,
    errors.MicrotaskError: 409,
}
TITLES = {
    400: "That did not arrive whole",
    403: "Not yours to do",
    404: "Nothing here",
    405: "That cannot be done here",
    409: "That is not possible now",
    413: "Too large",
    422: "Please look at this again",
    429: "A little slower, please",
    500: "Our fault",
    503: "One moment, please",
}
SENTENCES = {
    403: "You may see this, but not do this to it.",
    404: "There is no such page, or it is not for you.",
    405: "This address takes another kind of request.",
    413: "The site takes no upload of this size.",
    429: "Too many requests came from you or from your network. Wait a minute, then try again.",
    500: "Something broke on our side. What you had saved before is safe.",
    503: "The site cannot reach its memory just now. Try again in a few seconds.",
}


def init_app(app: Flask) -> None:
    """Say how every refusal and fault is answered."""
    app.register_error_handler(errors.MicrotaskError, _refused)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SecurityError, _unknown_host)
    app.register_error_handler(SignInNeeded, _sign_in)
    app.register_error_handler(exc.OperationalError, _away)
    app.register_error_handler(exc.TimeoutError, _away)


def _refused(error: errors.MicrotaskError) -> Response:
    db.session.rollback()
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    return answer(status, str(error))


def _sign_in(error: SignInNeeded) -> Response:
    if request.path.startswith("/api/"):
        return answer(401, str(error))
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return _htmx.go(url_for("accounts.sign_in", next=back))


def _stale(error: CSRFError) -> Response:
    return answer(
        400,
        "This page was open for too long, or your browser keeps no cookies for us.",
        advice="Nothing was changed. Load the page again and repeat it.",
    )


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    status = error.code or 500
    if status >= 500:
        db.session.rollback()
    ours = status == 403 and error.description != type(error).description
    sentence = (error.description if ours else None) or SENTENCES.get(
        status, "The request could not be understood."
    )
    reply = answer(status, sentence)
    reply.headers.extend(
        (name, value)
        for name, value in error.get_headers()
        if name not in {"Content-Type"}
    )
    return reply


def _unknown_host(error: SecurityError) -> Response:
    # No page: links cannot be written for a host that is not ours.
    return Response("This site has another name.", 400, mimetype="text/plain")


def _away(error: exc.SQLAlchemyError) -> Response:
    db.session.rollback()
    log.error("the database does not answer", exc_info=error)
    reply = answer(503, SENTENCES[503], retry=True)
    reply.headers["Retry-After"] = "5"
    return reply


def answer(
    status: int, sentence: str, *, advice: str = "", retry: bool = False
) -> Response:
    """Return a refusal in the form that was asked for."""
    told = {
        "status": status,
        "title": TITLES.get(status, HTTPStatus(status).phrase),
        "sentence": sentence,
        "advice": advice,
        "request_id": _logs.request_id(),
        "retry_url": request.full_path.rstrip("?")
        if retry and request.method == "GET"
        else None,
    }
    if request.path.startswith("/api/"):
        reply = jsonify(error=sentence, status=status, request=_logs.request_id())
    else:
        page = _htmx.render("errors/error.html", "errors/_error.html", **told)
        reply = make_response(page)
    reply.status_code = status
    return reply
