"""Organisations: founding one, its members and their roles, its campaigns."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import EmailField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from blueprints import _mails, _people
from blueprints._clock import utcnow
from blueprints._database import db, transact
from blueprints._forms import attempt, status
from blueprints._htmx import redirect_to
from blueprints._people import require
from microtasks import people
from microtasks.errors import InvalidInput
from microtasks.models import Campaign, Organisation, Role

bp = Blueprint("organisations", __name__, url_prefix="/organisations")

ROLES = {
    Role.viewer: "Viewer: sees progress",
    Role.reviewer: "Reviewer: settles cards too",
    Role.manager: "Manager: runs campaigns too",
    Role.owner: "Owner: manages members too",
}


class OrganisationForm(FlaskForm):
    """What an organisation is called and says of itself."""

    name = StringField("Name", [DataRequired(), Length(max=120)])
    about = TextAreaField(
        "What it does",
        [Length(max=2000)],
        description="Volunteers read it beside your campaigns.",
    )


class InviteForm(FlaskForm):
    """Whom to invite, and as what."""

    email = EmailField("E-mail address", [DataRequired(), Length(max=254)])
    role = SelectField(
        "Role",
        choices=[SelectChoice(str(role), words) for role, words in ROLES.items()],
        default=str(Role.reviewer),
    )


def _organisation(public_id: str, verb: str) -> Organisation:
    found = db.session.scalar(
        select(Organisation).where(Organisation.public_id == public_id)
    )
    require(verb, found)
    if found is None:
        raise _people.nothing_here()
    return found


def _role() -> Role:
    try:
        return Role(request.form.get("role", ""))
    except ValueError:
        raise InvalidInput("There is no such role.", "role") from None


@bp.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Found an organisation."""
    require("organisation.found")
    form, account, now = OrganisationForm(), _people.signed_in(), utcnow()
    if form.validate_on_submit() and (
        made := attempt(
            form,
            lambda s: people.found(
                s, account, form.name.data, form.about.data or "", now=now
            ),
        )
    ):
        return redirect_to("organisations.show", organisation=made.public_id)
    return render_template("organisations/new.html", form=form), status(form)


@bp.get("/<organisation>")
def show(organisation: str) -> ResponseReturnValue:
    """Show an organisation's campaigns and members."""
    return _page(_organisation(organisation, "organisation.view"))


def _page(
    organisation: Organisation, form: InviteForm | None = None
) -> ResponseReturnValue:
    mine = Campaign.organisation_id == organisation.id
    campaigns = select(Campaign).where(mine, Campaign.deleted_at.is_(None))
    return render_template(
        "organisations/show.html",
        organisation=organisation,
        campaigns=list(db.session.scalars(campaigns.order_by(Campaign.id.desc()))),
        invitations=people.open_invitations(db.session(), organisation, now=utcnow()),
        form=form or InviteForm(formdata=None),
        roles=ROLES,
    ), 422 if form else 200


@bp.route("/<organisation>/edit", methods=["GET", "POST"])
def edit(organisation: str) -> ResponseReturnValue:
    """Change an organisation's name and words."""
    found = _organisation(organisation, "organisation.edit")
    form = OrganisationForm(obj=found)
    if form.validate_on_submit() and attempt(
        form,
        lambda s: (
            people.change_organisation(s, found, form.name.data, form.about.data or "")
            or True
        ),
    ):
        return redirect_to("organisations.show", organisation=organisation)
    return render_template(
        "organisations/edit.html", form=form, organisation=found
    ), status(form)


@bp.post("/<organisation>/invitations")
def invite(organisation: str) -> ResponseReturnValue:
    """Invite somebody by mail; the link is shown too, to be handed over."""
    found = _organisation(organisation, "members.manage")
    form, by, now = InviteForm(), _people.signed_in(), utcnow()
    if form.validate_on_submit() and (
        token := attempt(
            form,
            lambda s: people.invite(s, found, form.email.data, _role(), by=by, now=now),
        )
    ):
        link = _mails.invite(form.email.data, found, _role(), by, token)
        flash(
            f"{form.email.data} gets a mail. You can also pass on this link: {link}",
            "success",
        )
        return redirect_to("organisations.show", organisation=organisation)
    return _page(found, form)


@bp.post("/<organisation>/invitations/withdraw")
def withdraw(organisation: str) -> ResponseReturnValue:
    """Make the invitation to an address worthless."""
    found = _organisation(organisation, "members.manage")
    transact(
        lambda s: people.withdraw_invitation(s, found, request.form.get("email", ""))
    )
    return redirect_to("organisations.show", organisation=organisation)


@bp.post("/<organisation>/members/<member>/role")
def set_role(organisation: str, member: str) -> ResponseReturnValue:
    """Give a member another role."""
    found, by = _organisation(organisation, "members.manage"), _people.signed_in()
    transact(lambda s: people.set_role(s, found, member, _role(), by=by, now=utcnow()))
    return redirect_to("organisations.show", organisation=organisation)


@bp.post("/<organisation>/members/<member>/remove")
def remove(organisation: str, member: str) -> ResponseReturnValue:
    """End a membership."""
    found, by = _organisation(organisation, "members.manage"), _people.signed_in()
    transact(lambda s: people.remove_member(s, found, member, by=by, now=utcnow()))
    return redirect_to(
        "me.home" if member == by.public_id else "organisations.show",
        organisation=organisation,
    )
