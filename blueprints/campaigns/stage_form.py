"""One stage in the browser's form: its fields are the recipe's keys and whatever settings the registries name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wtforms import (
    DecimalField,
    Field,
    Form,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from blueprints.campaigns import controls
from microtasks import questions, slicing
from microtasks.errors import RecipeError
from microtasks.questions import Question
from microtasks.recipe import KEYS

_POLICY = "stage.policy."


def _choices(pairs: Mapping[str, str] | list[tuple[str, str]]) -> list[SelectChoice]:
    found = pairs.items() if isinstance(pairs, Mapping) else pairs
    return [SelectChoice(value, label) for value, label in found]


def _needed(what: str) -> list[InputRequired]:
    return [InputRequired(what)]


class StageForm(Form):
    """A stage as it is typed."""

    name = StringField(
        "Short name",
        description="One word; it names a column of the result. Left empty, it gets a number.",
    )
    mode = SelectField(
        "What one card shows",
        validate_choice=False,
        default=lambda: next(iter(slicing.slicers())),
    )
    kind = SelectField(
        "Kind of answer",
        validate_choice=False,
        default=lambda: next(iter(questions.kinds())),
    )
    text = StringField("Question", _needed("Write the question."))
    help = TextAreaField("More words about it", render_kw={"rows": 2})
    min_answers = IntegerField(
        "People, at least",
        _needed("How many?"),
        default=KEYS[_POLICY + "min_answers"].default,
    )
    max_answers = IntegerField(
        "People, at most",
        _needed("How many?"),
        default=KEYS[_POLICY + "max_answers"].default,
    )
    confidence = DecimalField(
        "Certainty, in %",
        _needed("How sure?"),
        default=round(100 * KEYS[_POLICY + "confidence"].default),
        places=None,
        render_kw={"min": 1, "max": 100, "step": "any"},
    )
    when_stage = SelectField("Ask it", validate_choice=False)
    when_how = SelectField(
        "Where the decision",
        choices=_choices({"is": "is one of", "not": "is none of"}),
        default="is",
    )
    when_values = TextAreaField("These values, one per line", render_kw={"rows": 2})
    when_match = SelectField(
        "Of several chosen answers",
        choices=_choices({"any": "any must be among them", "all": "all must be"}),
        default="any",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mode.choices = _choices(controls.named(slicing.slicers()))
        self.kind.choices = _choices(controls.named(questions.kinds()))
        self.when_stage.choices = [SelectChoice("", "of every card")]
        for name in self._missed():
            self[name].flags.required = True

    def follows(self, earlier: list[str]) -> None:
        """Offer the earlier stages as what this one may depend on."""
        names = {name: f"where “{name}” decided so" for name in earlier if name}
        self.when_stage.choices = _choices({"": "of every card"} | names)

    @property
    def settings(self) -> list[tuple[Field, str]]:
        """The fields of the chosen slicer and kind, each with what it means."""
        return [(self[name], meaning) for name, meaning in self._shown().items()]

    @property
    def common(self) -> list[tuple[Field, str]]:
        """The settings that most campaigns think about."""
        return [pair for pair in self.settings if not _is_rare(pair[0])]

    @property
    def rare(self) -> list[tuple[Field, str]]:
        """The settings that most campaigns leave as they are."""
        return [pair for pair in self.settings if _is_rare(pair[0])]

    @property
    def put_away(self) -> Iterator[Field]:
        """The fields of what is not chosen: they travel along, so that a change of mind loses nothing."""
        shown = self._shown()
        return (self[name] for name in SETTINGS if name not in shown)

    def _shown(self) -> dict[str, str]:
        return {
            f"{family}_{name}": controls.control(name).help or f"{meaning}."
            for family, settings in self._families()
            for name, meaning in settings.items()
        }

    def _missed(self) -> set[str]:
        """Ask the chosen kind which setting it cannot do without."""
        kind = questions.kinds().get(self.kind.data or "")
        try:
            if kind:
                kind.check(Question(kind.name, "?"))
        except RecipeError as error:
            return {(error.field or "").replace(".", "_")} & SETTINGS.keys()
        return set()

    def _families(self) -> list[tuple[str, Mapping[str, str]]]:
        return [
            ("slice", controls.slicer_settings(self.mode.data or "")),
            ("question", controls.kind_settings(self.kind.data or "")),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field and whether every shown setting can be read."""
        valid = super().validate(extra_validators)
        for field, _ in self.settings:
            try:
                _typed(field)
            except ValueError as error:
                field.errors = [*field.errors, str(error)]
                valid = False
        return valid

    def table(self) -> dict[str, Any]:
        """Return the stage as a recipe writes it."""
        cut, question = (self._read(*family) for family in self._families())
        table: dict[str, Any] = {
            "name": self.name.data,
            "slice": {"mode": self.mode.data} | cut,
            "question": {
                "kind": self.kind.data,
                "text": self.text.data,
                "help": self.help.data or "",
            }
            | question,
            "policy": {
                "min_answers": self.min_answers.data,
                "max_answers": self.max_answers.data,
                "confidence": share(self.confidence.data),
            },
        }
        return table | ({"when": self._when()} if self.when_stage.data else {})

    def _read(self, family: str, settings: Mapping[str, str]) -> dict[str, Any]:
        read = {name: _typed(self[f"{family}_{name}"]) for name in settings}
        return {name: value for name, value in read.items() if value is not None}

    def _when(self) -> dict[str, Any]:
        values = controls.read_lines(self.when_values.data or "")
        when = {"stage": self.when_stage.data, self.when_how.data: values}
        return when | ({"match": "all"} if self.when_match.data == "all" else {})


def share(percent: Any) -> float:
    """Return a percentage as a share."""
    return round(float(percent) / 100, 6)


def percent(part: float) -> int | float:
    """Return a share as a percentage, without a fraction where it has none."""
    exact = round(100 * part, 6)
    return int(exact) if exact == int(exact) else exact


def typed(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form's fields hold for a stage of a recipe."""
    policy, when = table["policy"], table.get("when") or {}
    how = "not" if "not" in when else "is"
    data = {
        "name": table["name"],
        "mode": table["slice"]["mode"],
        "kind": table["question"]["kind"],
        "text": table["question"]["text"],
        "help": table["question"].get("help", ""),
        **policy,
        "confidence": percent(policy["confidence"]),
        "when_stage": when.get("stage", ""),
        "when_how": how,
        "when_values": "\n".join(map(str, when.get(how, ()))),
        "when_match": when.get("match", "any"),
    }
    for family in ("slice", "question"):
        for name, value in table[family].items():
            if f"{family}_{name}" in SETTINGS:
                data[f"{family}_{name}"] = controls.control(name).write(value)
    return data


def _typed(field: Field) -> Any:
    """Return a setting's value; None where nothing was typed."""
    if not (field.data or "").strip():
        return None
    return SETTINGS[field.short_name].read(field.data)


def _is_rare(field: Field) -> bool:
    return SETTINGS[field.short_name].is_rare


def _settings() -> dict[str, controls.Control]:
    """Return every setting of every slicer and kind by the name of its field."""
    families = {"slice": slicing.slicers(), "question": questions.kinds()}
    return {
        f"{family}_{name}": controls.control(name)
        for family, registry in families.items()
        for each in registry.values()
        for name in each.settings
    }


def _field(control: controls.Control) -> Any:
    if control.choices:
        return SelectField(
            control.label, choices=_choices(control.choices), validate_choice=False
        )
    if control.rows:
        return TextAreaField(control.label, render_kw={"rows": control.rows})
    return StringField(control.label, [Optional()])


SETTINGS = _settings()
for _name, _control in SETTINGS.items():
    setattr(StageForm, _name, _field(_control))
