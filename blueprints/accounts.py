"""Accounts from outside: signing up, in and out."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from blueprints import _addresses, _identity, _mails, _people
from blueprints._clock import utcnow
from blueprints._forms import attempt, status
from blueprints._htmx import go, redirect_to
from blueprints._limits import (
    MAILS_ACCOUNT,
    SIGN_IN_ACCOUNT,
    SIGN_IN_ADDRESS,
    SIGN_UP,
    failed,
    limiter,
    whom_to_mail,
)
from microtasks import people
from microtasks.models import Account

bp = Blueprint("accounts", __name__)

EMAIL = {"autocomplete": "email", "maxlength": 254}
NEW_PASSWORD = {"autocomplete": "new-password", "minlength": 8}


class AddressForm(FlaskForm):
    """Only an address: to sign up where mails go out, or to ask for a new password."""

    email = EmailField(
        "E-mail address", [DataRequired(), Length(max=254)], render_kw=EMAIL
    )


class PersonForm(FlaskForm):
    """A name and a password for an address that has been confirmed."""

    name = StringField(
        "Your name",
        [DataRequired(), Length(max=120)],
        description="Members of your organisation see it.",
        render_kw={"autocomplete": "name"},
    )
    password = PasswordField(
        "Password",
        [DataRequired()],
        description="At least 8 characters. Several words make a good one.",
        render_kw=NEW_PASSWORD,
    )


class SignUpForm(PersonForm):
    """Everything at once, where no mail can confirm the address."""

    email = AddressForm.email


class SignInForm(FlaskForm):
    """Address and password."""

    email = EmailField(
        "E-mail address", [DataRequired()], render_kw={"autocomplete": "username"}
    )
    password = PasswordField(
        "Password", [DataRequired()], render_kw={"autocomplete": "current-password"}
    )


def _who_is_guessed() -> str:
    email = request.form.get("email", "").strip().lower()[:254]
    return f"{email} {'known' if _people.is_known_device(email) else 'strange'}"


@bp.route("/sign-up", methods=["GET", "POST"])
@limiter.limit(SIGN_UP, methods=["POST"])
@limiter.limit(MAILS_ACCOUNT, key_func=whom_to_mail, methods=["POST"])
def sign_up() -> ResponseReturnValue:
    """Make an account; where mails go out, the address is confirmed first and no answer tells if it is known."""
    if current_app.config["MANYHANDS"].mail_url:
        return _confirm_first()
    form = SignUpForm()
    if form.validate_on_submit() and _made(form, form.email.data):
        return go(_addresses.wanted(url_for("me.home")))
    return render_template(
        "accounts/sign_up.html", form=form, next=_addresses.wanted("")
    ), status(form)


def _confirm_first() -> ResponseReturnValue:
    form = AddressForm()
    if form.validate_on_submit():
        _mails.confirm_address(form.email.data)
        return render_template("accounts/mailed.html", to=form.email.data)
    return render_template("accounts/sign_up.html", form=form, next=""), status(form)


@bp.route("/sign-up/<token>", methods=["GET", "POST"])
@limiter.limit(SIGN_UP, methods=["POST"])
def confirmed(token: str) -> ResponseReturnValue:
    """Make the account whose address the mailed link confirms."""
    form, email = PersonForm(), _mails.confirmed_address(token)
    if form.validate_on_submit() and _made(form, email):
        return redirect_to("me.home")
    return render_template(
        "accounts/sign_up.html", form=form, email=email, next=""
    ), status(form)


def _made(form: PersonForm, email: str) -> bool:
    """Make the account of a form and sign it in."""
    now, name, password = utcnow(), form.name.data, form.password.data
    token = attempt(
        form,
        lambda s: people.start_sign_in(
            s, people.sign_up(s, email, name, password, now=now), now=now
        ),
    )
    if token:
        _people.begin(token)
    return bool(token)


@bp.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(SIGN_IN_ADDRESS, methods=["POST"], deduct_when=failed)
@limiter.limit(
    SIGN_IN_ACCOUNT, key_func=_who_is_guessed, methods=["POST"], deduct_when=failed
)
def sign_in() -> ResponseReturnValue:
    """Sign in, and go where the visitor was sent here from."""
    form = SignInForm()
    if form.validate_on_submit() and (
        token := attempt(form, lambda s: _admit(s, form))
    ):
        _people.begin(token)
        return go(_addresses.wanted(url_for("me.home")))
    return render_template(
        "accounts/sign_in.html", form=form, next=_addresses.wanted("")
    ), status(form)


def _admit(session, form: SignInForm) -> str:
    email, password = form.email.data, form.password.data
    account = session.get(Account, _people.recognised(email, password))
    return people.admit(session, account, password, now=utcnow())


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this sign-in; the next person at this browser is somebody else."""
    _people.end()
    _identity.forget()
    flash("You are signed out.", "success")
    answer = go("/")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer
