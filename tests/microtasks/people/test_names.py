"""Names and addresses in one written form."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microtasks.errors import InvalidInput
from microtasks.people import names


def test_a_name_is_one_line_without_what_turns_text_around() -> None:
    assert names.name("  Amina\r\n\tOtieno\u202e\0 ") == "Amina Otieno"


def test_scripts_that_need_joiners_keep_them() -> None:
    persian = "نمی\u200cخواهم"
    assert names.name(persian) == persian


@pytest.mark.parametrize("blank", ["", "   ", "\0", "\u202e"])
def test_a_name_of_nothing_is_refused(blank: str) -> None:
    with pytest.raises(InvalidInput):
        names.name(blank)


def test_a_name_longer_than_its_column_is_refused() -> None:
    assert names.name("n" * 120)
    with pytest.raises(InvalidInput):
        names.name("n" * 121)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Amina@Example.ORG ", "amina@example.org"),
        ("demo@localhost", "demo@localhost"),
        ("ben@ngo.local", "ben@ngo.local"),
    ],
)
def test_an_address_has_one_form(typed: str, kept: str) -> None:
    assert names.email(typed) == kept


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "amina",
        "a@b@c.org",
        "a@b.org\nBcc: all@b.org",
        "a b@c.org",
        "a" * 250 + "@b.org",
    ],
)
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidInput):
        names.email(wrong)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60))
def test_a_line_never_ends_early_and_cleaning_twice_changes_nothing(text: str) -> None:
    line = names.line(text)
    assert len(line.splitlines()) <= 1
    assert names.line(line) == line
    assert line.isprintable() or any(ord(part) > 127 for part in line)
