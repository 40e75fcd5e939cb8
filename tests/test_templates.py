"""Templates keep to the content policy, and their macros say to everybody what they show to the eye."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from flask import Flask
from flask_wtf import CSRFProtect, FlaskForm
from wtforms import BooleanField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from blueprints import _stylesheet

ROOT = Path(__file__).parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))


class TitleForm(FlaskForm):
    """One of each shape of field."""

    title = StringField(
        "Title", [DataRequired("Give it a title.")], description="One line."
    )
    public = BooleanField("Anybody may help")
    columns = SelectMultipleField(
        "Columns",
        choices=[SelectChoice("a", "message"), SelectChoice("b", "date")],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


@pytest.fixture
def skin():
    """A site that is nothing but its look, ready to render."""
    app = Flask("skin", root_path=str(ROOT))
    app.secret_key = "a-key-for-tests-only"
    CSRFProtect(app)
    _stylesheet.init_app(app)
    with app.test_request_context(method="POST", data={"title": ""}):
        yield app


def render(app: Flask, source: str, **values: object) -> str:
    imports = "".join(
        f"{{% import '_macros/{name}.html' as {name} %}}"
        for name in ("forms", "charts", "states")
    )
    return app.jinja_env.from_string(imports + source).render(**values)


@pytest.mark.parametrize(
    "path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT))
)
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(path):
    text = path.read_text()
    assert not re.search(r"<style|\sstyle=", text)
    assert not re.search(r"\son[a-z]+=|hx-on|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", text)
    assert not re.search(r"\|\s*safe\b", text), "what people wrote is never markup"


@pytest.mark.parametrize(
    "note", sorted(ROOT.glob("static/vendor/*/*/VENDOR.txt")), ids=str
)
def test_vendored_files_are_the_ones_that_were_read(note):
    facts = dict(
        line.split(": ", 1) for line in note.read_text().splitlines() if ": " in line
    )
    vendored = note.parent / facts["file"].split(" ")[0]
    assert hashlib.sha256(vendored.read_bytes()).hexdigest() == facts["sha256"]


def test_an_error_is_tied_to_its_field(skin):
    form = TitleForm(meta={"csrf": False})
    assert not form.validate()
    html = render(skin, "{{ forms.field(form.title) }}", form=form)
    assert 'aria-describedby="title-help title-error"' in html
    assert 'aria-invalid="true"' in html
    assert '<p class="field-error" id="title-error">Give it a title.</p>' in html


def test_a_field_without_faults_says_nothing_of_them(skin):
    html = render(
        skin, "{{ forms.field(form.public) }}", form=TitleForm(meta={"csrf": False})
    )
    assert "aria-" not in html


def test_many_ticks_of_one_question_are_one_group(skin):
    html = render(
        skin, "{{ forms.field(form.columns) }}", form=TitleForm(meta={"csrf": False})
    )
    assert html.count("<fieldset") == 1
    assert "<legend>Columns</legend>" in html
    assert html.count('type="checkbox"') == 2


def test_what_people_wrote_stays_text(skin):
    hostile = "<img src=x onerror=alert(1)>"
    html = render(
        skin,
        "{{ states.notice('error', text) }}{{ states.badge(text) }}{{ states.empty(text, text) }}"
        "{{ charts.bars([(text, 3), (text, 4)], text) }}{{ charts.progress_bar(1, 2, text) }}"
        "{{ charts.stacked_bar([(text, 1)], text) }}{{ charts.ring(0.5, text) }}",
        text=hostile,
    )
    assert "<img" not in html
    assert html.count("&lt;img") >= 9


def test_a_chart_gives_its_numbers_as_a_table_too(skin):
    html = render(
        skin, "{{ charts.bars([('Monday', 12), ('Tuesday', 7)], 'Answers per day') }}"
    )
    assert '<th scope="row">Tuesday</th><td class="num">7</td>' in html


@pytest.mark.parametrize(
    "call",
    [
        "bars([], 'x')",
        "sparkline([], 'x')",
        "histogram([], 'x')",
        "stacked_bar([], 'x')",
        "progress_bar(0, 0, 'x')",
        "ring(0, 'x')",
    ],
)
def test_charts_of_nothing_still_draw(skin, call):
    assert "<svg" in render(skin, "{{ charts." + call + " }}")


def test_the_error_page_asks_for_no_person_and_no_session(skin):
    html = skin.jinja_env.get_template("errors/error.html").render(
        status=500,
        title="Something broke",
        sentence="It is our fault.",
        request_id="abc",
    )
    assert "Something broke" in html
    assert "abc" in html
