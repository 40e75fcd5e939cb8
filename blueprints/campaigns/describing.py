"""Describing a new campaign: one form that is the recipe, empty, from a ready recipe, or from a pasted one."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from blueprints import _people
from blueprints._clock import utcnow
from blueprints._forms import attempt
from blueprints._htmx import is_swap, redirect_to
from blueprints.campaigns.examples import examples
from blueprints.campaigns.form import NewForm
from microtasks import campaigns, policy, recipe
from microtasks.errors import NotAllowed, RecipeError
from microtasks.models import Account, Campaign, Organisation
from microtasks.recipe import Recipe

_BLANK = Recipe(title="")


class PasteForm(FlaskForm):
    """A recipe's text."""

    recipe = TextAreaField(
        "Recipe",
        [InputRequired("Paste a recipe.")],
        description="The whole file, in TOML.",
        render_kw={"rows": 10, "spellcheck": "false"},
    )


def new() -> ResponseReturnValue:
    """Show the form for a new campaign, rearrange it, or make the campaign."""
    account = _people.signed_in()
    owners = _owners(account)
    if not owners:
        return redirect_to("campaigns.index")
    if request.method == "GET":
        return _page(_started(), owners)
    form = _offering(NewForm(), owners)
    if form.rearrange(request.form.get("action", "")):
        return _page(form, owners)
    plan = form.plan()
    made = plan and attempt(form, lambda s: _create(s, form, owners, plan, account))
    if not made:
        return _page(form, owners), 422
    return redirect_to("campaigns.show", slug=made.slug)


def paste() -> ResponseReturnValue:
    """Fill the form for a new campaign with a recipe's text."""
    owners, pasted, plan = _owners(_people.signed_in()), PasteForm(), None
    if not owners:
        return redirect_to("campaigns.index")
    if pasted.validate():
        try:
            plan = recipe.read(pasted.recipe.data)
        except RecipeError as refused:
            pasted.recipe.errors = [str(refused)]
    page = _page(NewForm.of(plan or _BLANK), owners, pasted)
    return page, 200 if plan else 422


def _owners(account: Account) -> Sequence[Organisation]:
    """Return the organisations for which this account may make campaigns."""
    mine = [membership.organisation for membership in account.memberships]
    owners = [each for each in mine if policy.may(account, "campaign.create", each)]
    if mine and not owners:
        raise NotAllowed("Your role does not include making campaigns.")
    return owners


def _started() -> NewForm:
    """Return the form as the visitor wants to begin: empty, or from a ready recipe."""
    example = examples().get(request.args.get("from", ""))
    form = NewForm.of(example.plan if example else _BLANK)
    form.organisation.data = request.args.get("organisation")
    if not form.stages.entries:
        form.rearrange("add")
    return form


def _offering(form: NewForm, owners: Sequence[Organisation]) -> NewForm:
    form.organisation.choices = [
        SelectChoice(each.public_id, each.name) for each in owners
    ]
    return form


def _create(
    session: Session,
    form: NewForm,
    owners: Sequence[Organisation],
    plan: Recipe,
    account: Account,
) -> Campaign:
    chosen = form.organisation.data
    owner = next(each for each in owners if each.public_id == chosen)
    return campaigns.create(session, owner, plan, utcnow(), account)


def _page(
    form: NewForm, owners: Sequence[Organisation], pasted: PasteForm | None = None
) -> str:
    return render_template(
        "campaigns/_stages.html" if is_swap() else "campaigns/new.html",
        form=_offering(form, owners).ready(),
        action=url_for("campaigns.new"),
        pasted=pasted or PasteForm(formdata=None),
        examples=examples(),
    )
