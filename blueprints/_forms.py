"""What all forms share: a refusal of the domain is shown where it belongs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from blueprints._database import transact
from microtasks.errors import InvalidInput

T = TypeVar("T")


def attempt(form: FlaskForm, work: Callable[[Session], T]) -> T | None:
    """Do the work and commit it; where the domain refuses something typed, say so on the form and return None."""
    try:
        return transact(work)
    except InvalidInput as refused:
        blame(form, refused)
        return None


def blame(form: FlaskForm, refused: InvalidInput) -> None:
    """Show a refusal at the field it speaks of, else above the form."""
    field = form[refused.field] if refused.field and refused.field in form else None
    if field is None:
        form.form_errors.append(str(refused))
    else:
        field.errors = [*field.errors, str(refused)]


def status(form: FlaskForm) -> int:
    """Return 422 for a form that came back with faults, 200 for a fresh one."""
    return 422 if form.is_submitted() else 200
