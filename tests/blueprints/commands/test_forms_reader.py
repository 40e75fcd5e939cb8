"""The simulator reads a card's page as a browser without scripts would."""

from __future__ import annotations

from blueprints.commands import _forms_reader
from microtasks.simulation import Control

CARD = """
<form class="undo" action="/c/x/work"><input type="hidden" name="csrf_token" value="other">
<button name="action" value="undo">Undo</button></form>
<section data-outlook=""><form data-card action="/c/x/work" method="post">
<input type="hidden" name="csrf_token" value="t&amp;t"><input type="hidden" name="key" value="k">
<img src="/picture/1"> %s
<button name="action" value="skip">Skip</button>
<input name="reason"></form></section><img src="/elsewhere">
<form><input name="value" value="outside"></form>
"""


def card(control: str) -> _forms_reader.CardForm:
    found = _forms_reader.read(CARD % control).card
    assert found is not None
    return found


def test_buttons_are_a_choice_and_send_no_action():
    found = card(
        '<button name="value" value="water &amp; food"></button><button name="value" value="no">'
    )
    assert found.control == Control("one", ("water & food", "no"))
    assert found.answered(("no",)) == [
        ("csrf_token", "t&t"),
        ("key", "k"),
        ("value", "no"),
    ]


def test_boxes_are_any_number_of_options():
    found = card(
        '<input type="checkbox" name="value" value="a"><input type="checkbox" name="value" value="b">'
        '<button name="action" value="answer">Save</button>'
    )
    assert found.control == Control("many", ("a", "b"))
    assert found.answered(())[-1] == ("action", "answer")
    assert ("value", "b") in found.answered(("a", "b"))


def test_a_field_is_a_text_or_a_number():
    assert card('<input name="value">').control == Control("text")
    assert card('<textarea name="value"></textarea>').control == Control("text")
    number = card('<input name="value" inputmode="decimal">')
    assert number.control == Control("number")


def test_what_stands_outside_the_card_is_not_the_cards():
    found = card("")
    assert found.control is None
    assert found.picture == "/picture/1"
    assert found.actions == {"skip"}
    assert found.acted("skip") == [
        ("csrf_token", "t&t"),
        ("key", "k"),
        ("action", "skip"),
    ]


def test_a_page_without_a_card_says_why():
    sheet = _forms_reader.read('<section id="card" data-outlook="busy"></section>')
    assert sheet.card is None
    assert sheet.outlook == "busy"
