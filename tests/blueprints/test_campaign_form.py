"""The form of a campaign: it reads and writes the recipe, says what is wrong where, and asks the registries."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from microtasks import campaigns, recipe
from microtasks.models import CampaignState
from tests import world
from tests.cast import Cast
from tests.desk import FILLED, Reader, form_of, found, is_inert, payloads, plan

Browser = Callable[..., FlaskClient]


@pytest.fixture
def slug(session: Session, cast: Cast) -> str:
    """The address of an open campaign of River Relief with three cards."""
    made = world.campaign(session, organisation=cast.river)
    name = made.slug
    session.commit()
    return name


def test_a_filled_form_becomes_a_draft(session: Session, browser_of: Browser) -> None:
    mara = browser_of("mara@example.org")
    fields = form_of(mara.get("/manage/new").text)
    answer = mara.post("/manage/new", data={**fields.to_dict(), **FILLED})
    assert answer.status_code == 303, answer.text
    made = found(session, answer.headers["Location"].split("/")[2])
    assert made.state == CampaignState.draft
    assert made.stages[0].question["options"] == ["water", "food", "nothing"]
    assert made.stages[0].confidence == 0.9
    page = mara.get(answer.headers["Location"]).text
    assert "Add pictures or records" in page


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"title": ""}, "title", "Give it a title."),
        ({"stages-0-question_options": "water"}, "stages-0-question_options", "2 to"),
        ({"stages-0-max_answers": "1"}, "stages-0-max_answers", "fewer than"),
        ({"stages-0-confidence": "140"}, "stages-0-confidence", "at most 1"),
        ({"lease_minutes": "0"}, "lease_minutes", "1 to 1440"),
        ({"languages": "en, not a code"}, "languages", "no code"),
        (
            {"stages-0-mode": "grid", "stages-0-slice_tile": "soft"},
            "stages-0-slice_tile",
            "not a number",
        ),
    ],
)
def test_a_fault_stands_at_its_field(
    browser_of: Browser, change: dict[str, str], field: str, sentence: str
) -> None:
    mara = browser_of("mara@example.org")
    fields = form_of(mara.get("/manage/new").text).to_dict()
    answer = mara.post("/manage/new", data=fields | FILLED | change)
    assert answer.status_code == 422
    _, _, after = answer.text.partition(f'id="{field}-error">')
    assert sentence in after.partition("</p>")[0]
    assert f'href="#{field}"' in answer.text


def test_the_registries_settings_appear_without_being_named_here(
    browser_of: Browser,
) -> None:
    mara = browser_of("mara@example.org")
    fields = form_of(mara.get("/manage/new").text).to_dict() | FILLED
    for kind, setting in {
        "choice": "question_options",
        "number": "question_unit",
    }.items():
        shown = fields | {"stages-0-kind": kind, "action": "show"}
        page = mara.post("/manage/new", data=shown, headers={"HX-Request": "true"}).text
        assert page.lstrip().startswith('<section id="stages"')
        assert f'id="stages-0-{setting}"' in page
    kept = form_of(page).to_dict()
    assert kept["stages-0-question_options"] == "water\nfood\nnothing"


def test_questions_are_added_and_removed_by_plain_buttons(browser_of: Browser) -> None:
    mara = browser_of("mara@example.org")
    fields = form_of(mara.get("/manage/new").text).to_dict() | FILLED
    two = mara.post("/manage/new", data=fields | {"action": "add"})
    assert two.status_code == 200
    assert two.text.count('class="group"') == 2
    assert "where “need” decided so" in two.text
    sent = form_of(two.text).to_dict() | {"action": "remove:0"}
    one = mara.post("/manage/new", data=sent)
    assert one.text.count('class="group"') == 1
    assert "What is asked for?" not in one.text


@pytest.mark.parametrize("example", ["messages", "picture", "line", "count"])
def test_a_ready_recipe_goes_through_the_form_unchanged(
    session: Session, browser_of: Browser, example: str
) -> None:
    from blueprints.campaigns.examples import examples

    mara = browser_of("mara@example.org")
    fields = form_of(mara.get(f"/manage/new?from={example}").text).to_dict()
    answer = mara.post("/manage/new", data=fields | {"action": "save"})
    assert answer.status_code == 303, answer.text
    made = found(session, answer.headers["Location"].split("/")[2])
    assert campaigns.recipe_of(made) == examples()[example].plan


def test_a_pasted_recipe_fills_the_form(browser_of: Browser) -> None:
    from blueprints.campaigns.examples import examples

    mara = browser_of("mara@example.org")
    text = recipe.write(examples()["picture"].plan)
    page = mara.post("/manage/new/recipe", data={"recipe": text})
    assert page.status_code == 200
    assert form_of(page.text)["stages-1-when_values"] == "Yes"
    wrong = mara.post("/manage/new/recipe", data={"recipe": "title = 3"})
    assert wrong.status_code == 422
    assert "must be a text" in wrong.text


def test_the_recipe_comes_down_as_it_is(
    session: Session, browser_of: Browser, slug: str
) -> None:
    answer = browser_of("vic@example.org").get(f"/manage/{slug}/recipe.toml")
    assert f"{slug}.toml" in answer.headers["Content-Disposition"]
    assert recipe.read(answer.text) == plan(session, slug)


def test_settings_change_a_campaign_and_keep_what_the_form_does_not_show(
    session: Session, browser_of: Browser, cast: Cast
) -> None:
    slug = world.campaign(session, organisation=cast.river, publish=[]).slug
    session.commit()
    mara = browser_of("mara@example.org")
    before = plan(session, slug)
    fields = form_of(mara.get(f"/manage/{slug}/settings").text).to_dict()
    sent = fields | {"title": "Sort all messages", "action": "save"}
    session.rollback()
    assert mara.post(f"/manage/{slug}/settings", data=sent).status_code == 303
    after = plan(session, slug)
    assert after.title == "Sort all messages"
    assert (after.publish, after.stages) == ((), before.stages)


def test_a_change_that_needs_other_cards_waits_for_a_pause(
    session: Session, browser_of: Browser, slug: str
) -> None:
    mara = browser_of("mara@example.org")
    fields = form_of(mara.get(f"/manage/{slug}/settings").text).to_dict()
    sent = fields | {"stages-0-slice_columns": "id", "action": "save"}
    answer = mara.post(f"/manage/{slug}/settings", data=sent)
    assert answer.status_code == 409
    assert "Pause the campaign first" in answer.text
    assert form_of(answer.text)["stages-0-slice_columns"] == "id"


def test_hostile_instructions_become_harmless(browser_of: Browser, shared) -> None:
    mara = browser_of("mara@example.org")
    for text in payloads(shared, "xss") + payloads(shared, "htmx"):
        html = mara.post("/manage/words", data={"instructions": text}).text
        assert is_inert(html)
        assert not Reader(html).tags.keys() & {"script", "img", "svg", "form", "button"}
        assert not [name for name, _ in Reader(html).attributes if "hx-" in name]
