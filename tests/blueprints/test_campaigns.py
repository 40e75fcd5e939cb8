"""Campaigns from inside: listed, described, led and watched by members, unknown to eve."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks import campaigns, database, recipe
from microtasks.models import Campaign, CampaignState, Card, CardState, Job
from microtasks.recipe import Recipe
from tests import world
from tests.cast import Cast, person, sign_in
from tests.desk import FILLED, Reader, form_of, is_inert, payloads

Browser = Callable[..., FlaskClient]

PAGES = ("", "settings", "preview", "progress", "sources", "upload", "recipe.toml")
DEEDS = ("state", "delete", "settings", "upload", "review", "reports/nothing")


@pytest.fixture
def slug(session: Session, cast: Cast) -> str:
    """The address of an open campaign of River Relief with three cards."""
    made = world.campaign(session, organisation=cast.river)
    name = made.slug
    session.commit()
    return name


def found(session: Session, slug: str) -> Campaign:
    with database.reading():
        session.rollback()
        fresh = select(Campaign).execution_options(populate_existing=True)
        return session.scalars(fresh.where(Campaign.slug == slug)).one()


def plan(session: Session, slug: str) -> Recipe:
    """The campaign's recipe as reading it again completes it."""
    return recipe.from_table(recipe.table_of(campaigns.recipe_of(found(session, slug))))


def test_somebody_without_an_organisation_is_led_to_make_one(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    person(session, "Nia")
    session.commit()
    nia = sign_in(client, "nia@example.org")
    assert 'href="/organisations/new"' in nia.get("/manage/").text
    assert nia.get("/manage/new").status_code == 303


def test_the_list_says_what_needs_attention(
    session: Session, browser_of: Browser, slug: str
) -> None:
    card = world.cards(session)[0]
    card.state = CardState.contested
    session.commit()
    page = browser_of("vic@example.org").get("/manage/").text
    assert "Sort flood messages" in page
    assert "1 to review" in page
    assert "1 of 3" in page
    assert "New campaign" not in page


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


def test_a_campaign_is_paused_resumed_closed_and_opened_again(
    session: Session, browser_of: Browser, slug: str
) -> None:
    mara = browser_of("mara@example.org")
    for action, state in {
        "pause": "paused",
        "resume": "open",
        "close": "closed",
        "open": "open",
    }.items():
        assert (
            mara.post(f"/manage/{slug}/state", data={"action": action}).status_code
            == 303
        )
        assert found(session, slug).state == state
    session.rollback()
    assert mara.post(f"/manage/{slug}/state", data={"action": "fly"}).status_code == 422


def test_a_step_that_is_not_possible_says_why(
    session: Session, browser_of: Browser, cast: Cast
) -> None:
    made = world.campaign(
        session, 0, organisation=cast.river, state=CampaignState.draft
    )
    slug = made.slug
    session.commit()
    answer = browser_of("mara@example.org").post(
        f"/manage/{slug}/state", data={"action": "open"}
    )
    assert answer.status_code == 409
    assert "Add sources first" in answer.text


def test_deleting_asks_for_the_address_and_is_the_owners(
    session: Session, browser_of: Browser, slug: str
) -> None:
    amina, url = browser_of("amina@example.org"), f"/manage/{slug}/delete"
    assert browser_of("mara@example.org").post(url).status_code == 403
    assert amina.post(url, data={"confirmation": "yes"}).status_code == 422
    assert found(session, slug).deleted_at is None
    session.rollback()
    assert amina.post(url, data={"confirmation": slug}).status_code == 303
    assert found(session, slug).deleted_at is not None
    assert session.scalars(select(Job.kind)).all() == ["erase"]
    assert amina.get(f"/manage/{slug}/").status_code == 404


def test_the_preview_shows_a_card_as_a_volunteer_sees_it_with_nothing_to_press(
    browser_of: Browser, slug: str
) -> None:
    vic = browser_of("vic@example.org")
    page = vic.get(f"/manage/{slug}/preview?card=2").text
    assert "Card 2 of 3" in page
    assert "message 1" in page
    assert '<fieldset class="deck looked-at" disabled>' in page
    for odd in ("card=99999999999999", "card=-1", "card=x", "stage=9", "card=²"):
        assert vic.get(f"/manage/{slug}/preview?{odd}").status_code == 200


def test_progress_counts_what_is_there(
    session: Session, browser_of: Browser, slug: str
) -> None:
    session.scalars(select(Card)).first().state = CardState.resolved  # type: ignore[union-attr]
    session.commit()
    vic = browser_of("vic@example.org")
    assert "of 3" in Reader(vic.get(f"/manage/{slug}/progress").text).text
    part = vic.get(f"/manage/{slug}/progress", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<section id="progress"')


def test_hostile_words_of_a_coordinator_stay_words(
    session: Session, browser_of: Browser, cast: Cast, shared
) -> None:
    texts = payloads(shared, "xss") + payloads(shared, "htmx")
    calm = world.campaign(session, organisation=cast.river, instructions="words").slug
    slugs = {}
    for text in texts:
        question = {
            "kind": "choice",
            "text": text,
            "help": text,
            "options": [text, "b"],
        }
        slugs[text] = world.campaign(
            session,
            organisation=cast.river,
            title=text[:200],
            description=text[:500],
            instructions="words",
            stages=[world.stage(question=question)],
        ).slug
    session.commit()
    mara = browser_of("mara@example.org")
    for page in ("", "settings", "preview?card=1", "progress", "sources"):
        plain = Reader(mara.get(f"/manage/{calm}/{page}").text)
        for text, slug in slugs.items():
            html = mara.get(f"/manage/{slug}/{page}").text
            assert is_inert(html)
            assert abs(Reader(html).tags.total() - plain.tags.total()) <= 6
            assert text[:200].split()[0] in Reader(html).text


def test_hostile_instructions_become_harmless(browser_of: Browser, shared) -> None:
    mara = browser_of("mara@example.org")
    for text in payloads(shared, "xss") + payloads(shared, "htmx"):
        html = mara.post("/manage/words", data={"instructions": text}).text
        assert is_inert(html)
        assert not Reader(html).tags.keys() & {"script", "img", "svg", "form", "button"}
        assert not [name for name, _ in Reader(html).attributes if "hx-" in name]


def test_a_viewer_looks_on_and_changes_nothing(browser_of: Browser, slug: str) -> None:
    vic = browser_of("vic@example.org")
    for page in ("", "preview", "progress", "sources", "recipe.toml"):
        assert vic.get(f"/manage/{slug}/{page}").status_code == 200, page
    for deed in DEEDS:
        assert vic.post(f"/manage/{slug}/{deed}", data=FILLED).status_code == 403, deed
    assert vic.get("/manage/new").status_code == 403


def test_a_stranger_is_asked_to_sign_in(client: FlaskClient, slug: str) -> None:
    assert client.get("/manage/").status_code == 303
    assert client.get(f"/manage/{slug}/").status_code == 303


def test_eve_finds_nothing(browser_of: Browser, slug: str) -> None:
    eve = browser_of("eve@example.org")
    assert slug not in eve.get("/manage/").text
    for page in (
        *PAGES,
        "review",
        "reports",
        "uploads/x",
        "uploads/x/refused.csv",
        "cards/x/picture",
    ):
        assert eve.get(f"/manage/{slug}/{page}").status_code == 404, page
    for deed in DEEDS:
        assert eve.post(f"/manage/{slug}/{deed}", data=FILLED).status_code == 404, deed
