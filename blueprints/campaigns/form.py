"""The browser's form of a campaign: it reads and writes the same recipe as the file does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    Field,
    FieldList,
    FormField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, Optional

from blueprints.campaigns import controls, stage_form
from blueprints.campaigns.stage_form import StageForm
from microtasks import recipe
from microtasks.errors import RecipeError
from microtasks.recipe import KEYS, Recipe

_STAGE = re.compile(r"stage (\d+)(?: \(.*\))?\.(.+)", re.DOTALL)
#: The recipe's keys of a stage and the form's fields, where these have other names.
_FIELDS = {
    "when": "when_values",
    "when_is": "when_values",
    "when_not": "when_values",
    "slice": "mode",
    "slice_mode": "mode",
    "question": "text",
    "question_kind": "kind",
    "question_text": "text",
    "question_help": "help",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong: the field's label and id (both empty where no field is to blame), and a sentence."""

    label: str
    field: str
    sentence: str


class RecipeForm(FlaskForm):
    """A whole campaign as it is typed."""

    title = StringField("Title", [InputRequired("Give it a title.")])
    description = StringField(
        "In one sentence", description="What a volunteer reads first."
    )
    instructions = TextAreaField(
        "Instructions",
        description="How to answer, with examples. Markdown works: **bold**, - lists.",
        render_kw={"rows": 6},
    )
    stages = FieldList(FormField(StageForm))
    languages = StringField(
        "Languages a volunteer should read",
        description="Codes, separated by commas: en, fr, ht",
    )
    deadline = DateField("Last day for answers", [Optional()])
    lease_minutes = IntegerField(
        "Minutes a card is kept for one person",
        [InputRequired("How many minutes?")],
        default=KEYS["lease_minutes"].default,
    )
    exposure = DecimalField(
        "Most of a source that one person may see, in %",
        [Optional()],
        description="Left empty: 20 for columns, 100 for whole pictures and tiles.",
        places=None,
        render_kw={"min": 1, "max": 100, "step": "any"},
    )
    licence = StringField("Licence of the public data", default=KEYS["licence"].default)
    publish_only = BooleanField("Publish only the columns named below")
    publish = TextAreaField(
        "Source columns for the public data set",
        description="Separated by commas; they count when the box above is ticked.",
        render_kw={"rows": 2},
    )

    @classmethod
    def of(cls, plan: Recipe) -> RecipeForm:
        """Return the form filled with a recipe."""
        return cls(formdata=None, data=_typed(recipe.table_of(plan)))

    def ready(self) -> RecipeForm:
        """Name the stages that have no name, and tell each which ones come before it."""
        names: list[str] = []
        for number, entry in enumerate(self.stages, 1):
            name = entry.form.name
            name.data = (name.data or "").strip() or f"question{number}"
            entry.form.follows(names)
            names.append(name.data)
        return self

    def rearrange(self, action: str) -> bool:
        """Do what a button inside the form asks (add, remove, show); False if it was not one of those."""
        verb, _, number = action.partition(":")
        if verb == "add" and len(self.stages) < KEYS["stage"].longest:
            self.stages.append_entry()
        elif verb == "remove" and number.isdigit():
            entries = self.stages.entries
            self.stages.entries = [e for i, e in enumerate(entries) if i != int(number)]
        return verb in {"add", "remove", "show"}

    def plan(self) -> Recipe | None:
        """Return the recipe that was typed; None, with the faults at their fields, if it is none."""
        if not self.ready().validate():
            return None
        try:
            return recipe.from_table(self.table())
        except RecipeError as refused:
            self.blame(refused)
            return None

    def table(self) -> dict[str, Any]:
        """Return the recipe's table of what was typed."""
        table: dict[str, Any] = {
            "title": self.title.data,
            "description": self.description.data or "",
            "instructions": self.instructions.data or "",
            "languages": controls.read_names(self.languages.data or ""),
            "deadline": self.deadline.data,
            "lease_minutes": self.lease_minutes.data,
            "licence": self.licence.data or "",
            "stage": [entry.form.table() for entry in self.stages],
        }
        if self.exposure.data is not None:
            table["exposure"] = stage_form.share(self.exposure.data)
        if self.publish_only.data:
            table["publish"] = controls.read_names(self.publish.data or "")
        return table

    def faults(self) -> list[Fault]:
        """Return all that is wrong, the stages' fields included, in the order of the page."""
        found = [
            Fault(field.label.text, field.id, field.errors[0])
            for field in self
            if field.errors and field.type != "FieldList"
        ]
        for number, entry in enumerate(self.stages, 1):
            found += [
                Fault(
                    f"Question {number}: {field.label.text}", field.id, field.errors[0]
                )
                for field in entry.form
                if field.errors
            ]
        return found + [Fault("", "", text) for text in self.form_errors]

    def blame(self, refused: RecipeError) -> None:
        """Show a recipe's refusal at the field that it names, else above the form."""
        where = refused.field or ""
        sentence = str(refused).removeprefix(f"{where}:").strip()
        sentence = sentence[:1].upper() + sentence[1:]
        field = self._field(where)
        if field is None:
            self.form_errors.append(f"{where}: {sentence}" if where else sentence)
        else:
            field.errors = [*field.errors, sentence]

    def _field(self, where: str) -> Field | None:
        inside = _STAGE.fullmatch(where)
        if not inside:
            return _inside(self, where)
        form = self.stages.entries[int(inside[1]) - 1].form
        name = inside[2].replace(".", "_")
        name = _FIELDS.get(name, name.removeprefix("policy_"))
        return _inside(form, name)


class NewForm(RecipeForm):
    """A campaign that does not exist yet needs an organisation that owns it."""

    organisation = SelectField("Organisation")


def _inside(form: BaseForm, name: str) -> Field | None:
    # A form is no mapping: it has no `get`.
    return next((field for field in form if field.short_name == name), None)


def _typed(table: dict[str, Any]) -> dict[str, Any]:
    data = {
        key: value for key, value in table.items() if key not in {"stage", "publish"}
    }
    data["stages"] = [stage_form.typed(stage) for stage in table.get("stage", ())]
    data["languages"] = controls.write_names(table.get("languages", ()))
    data["publish_only"] = "publish" in table
    data["publish"] = controls.write_names(table.get("publish", ()))
    if "exposure" in table:
        data["exposure"] = stage_form.percent(table["exposure"])
    return data
