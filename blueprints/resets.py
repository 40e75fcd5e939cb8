"""A new password by mail."""

from __future__ import annotations

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField
from wtforms.validators import DataRequired, Length

from blueprints import _mails
from blueprints._clock import utcnow
from blueprints._forms import attempt, status
from blueprints._htmx import redirect_to
from blueprints._limits import (
    MAILS_ACCOUNT,
    MAILS_ADDRESS,
    SIGN_UP,
    limiter,
    whom_to_mail,
)
from microtasks import people

bp = Blueprint("resets", __name__, url_prefix="/reset")


class AddressForm(FlaskForm):
    """Whose password is to be set anew."""

    email = EmailField(
        "E-mail address",
        [DataRequired(), Length(max=254)],
        render_kw={"autocomplete": "email"},
    )


class PasswordForm(FlaskForm):
    """A new password for somebody who has the link."""

    password = PasswordField(
        "New password",
        [DataRequired()],
        description="At least 8 characters. Several words make a good one.",
        render_kw={"autocomplete": "new-password", "minlength": 8},
    )


@bp.route("", methods=["GET", "POST"])
@limiter.limit(MAILS_ADDRESS, methods=["POST"])
@limiter.limit(MAILS_ACCOUNT, key_func=whom_to_mail, methods=["POST"])
def ask() -> ResponseReturnValue:
    """Mail a link that sets a new password; the answer is the same for an address that nobody has."""
    form = AddressForm()
    if form.validate_on_submit():
        _mails.reset_password(form.email.data)
        return render_template("accounts/mailed.html", to=form.email.data)
    return render_template("accounts/ask_reset.html", form=form), status(form)


@bp.route("/<token>", methods=["GET", "POST"])
@limiter.limit(SIGN_UP, methods=["POST"])
def reset(token: str) -> ResponseReturnValue:
    """Set a new password by a mailed link, once."""
    form, now = PasswordForm(), utcnow()
    if form.validate_on_submit() and attempt(
        form, lambda s: people.finish_reset(s, token, form.password.data, now=now)
    ):
        flash("Your new password is set. Sign in with it.", "success")
        return redirect_to("accounts.sign_in")
    _mails.check_reset(token)
    return render_template("accounts/reset.html", form=form), status(form)
