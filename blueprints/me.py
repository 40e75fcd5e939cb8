"""One's own account: name, address, password, organisations; and a fresh start for the next person at this browser."""

from __future__ import annotations

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from blueprints import _addresses, _identity, _people
from blueprints._clock import utcnow
from blueprints._database import transact
from blueprints._forms import attempt
from blueprints._htmx import go, redirect_to
from blueprints._limits import SIGN_IN_ACCOUNT, failed, limiter
from blueprints._people import signed_in
from microtasks import people

bp = Blueprint("me", __name__, url_prefix="/me")

NOW_PASSWORD = {"autocomplete": "current-password"}


class NameForm(FlaskForm):
    """How one is called."""

    name = StringField(
        "Your name",
        [DataRequired(), Length(max=120)],
        render_kw={"autocomplete": "name"},
    )


class EmailForm(FlaskForm):
    """Another address; the password says that it is the account's person who asks."""

    email = EmailField("New e-mail address", [DataRequired(), Length(max=254)])
    password = PasswordField(
        "Your password", [DataRequired()], id="email-password", render_kw=NOW_PASSWORD
    )


class PasswordForm(FlaskForm):
    """Another password."""

    old = PasswordField("Your password now", [DataRequired()], render_kw=NOW_PASSWORD)
    password = PasswordField(
        "New password",
        [DataRequired()],
        description="At least 8 characters. Several words make a good one.",
        render_kw={"autocomplete": "new-password", "minlength": 8},
    )
    others = BooleanField("Sign out everywhere else", default=True)


def _page(**forms: FlaskForm) -> ResponseReturnValue:
    account = signed_in()
    shown = {
        "name_form": NameForm(formdata=None, name=account.name),
        "email_form": EmailForm(formdata=None),
        "password_form": PasswordForm(formdata=None),
    } | forms
    return render_template(
        "accounts/me.html", account=account, **shown
    ), 422 if forms else 200


def _guesses_at() -> str:
    return f"me {_people.current_token()}"


@bp.get("")
def home() -> ResponseReturnValue:
    """Show one's account and organisations."""
    return _page()


@bp.post("/name")
def name() -> ResponseReturnValue:
    """Change one's name."""
    form, account = NameForm(), signed_in()
    if form.validate_on_submit() and attempt(
        form, lambda s: people.change_name(s, account, form.name.data) or True
    ):
        flash("Your name is changed.", "success")
        return redirect_to("me.home")
    return _page(name_form=form)


@bp.post("/email")
@limiter.limit(SIGN_IN_ACCOUNT, key_func=_guesses_at, deduct_when=failed)
def email() -> ResponseReturnValue:
    """Change one's address."""
    form, account, now = EmailForm(), signed_in(), utcnow()
    new, password = form.email.data, form.password.data
    if form.validate_on_submit() and attempt(
        form, lambda s: people.change_email(s, account, new, password, now=now) or True
    ):
        flash("Your address is changed.", "success")
        return redirect_to("me.home")
    return _page(email_form=form)


@bp.post("/password")
@limiter.limit(SIGN_IN_ACCOUNT, key_func=_guesses_at, deduct_when=failed)
def password() -> ResponseReturnValue:
    """Change one's password and, if wished, end all other sign-ins."""
    form, account, now = PasswordForm(), signed_in(), utcnow()

    def change(session) -> bool:
        people.change_password(
            session, account, form.old.data, form.password.data, now=now
        )
        if form.others.data:
            people.sign_out_others(session, account, _people.current_token())
        return True

    if form.validate_on_submit() and attempt(form, change):
        flash("Your password is changed.", "success")
        return redirect_to("me.home")
    return _page(password_form=form)


@bp.post("/sign-out-others")
def sign_out_others() -> ResponseReturnValue:
    """End all sign-ins but this one."""
    account = signed_in()
    transact(lambda s: people.sign_out_others(s, account, _people.current_token()))
    flash("You are signed out everywhere else.", "success")
    return redirect_to("me.home")


@bp.post("/fresh")
def fresh() -> ResponseReturnValue:
    """“Not me”: begin as a new volunteer in this browser; what was answered before stays with whoever it was."""
    _people.end()
    _identity.fresh_key()
    flash("You start fresh: nothing of who was here before is yours.", "success")
    return go(_addresses.wanted("/"))
