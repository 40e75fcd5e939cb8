from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microtasks.consensus.text.normal import IGNORABLE, folded, rules
from microtasks.errors import InvalidInput


def same(one, other, *ignore):
    found = rules(ignore)
    return found.key(one) == found.key(other)


def test_white_space_and_composition_never_make_texts_differ():
    assert same(" Jose\u0301  Ruiz\n", "Jos\u00e9 Ruiz")
    assert not same("jose", "Jose")
    assert not same("jose", "josé")


@pytest.mark.parametrize(
    ("ignored", "one", "other"),
    [
        ("case", "Straße ÉCOLE", "STRASSE école"),
        ("space", "air tight", "airtight"),
        ("punctuation", "Well, then; (stop).", "well then stop".replace("w", "W")),
        ("punctuation", "the sign-boards", "the sign boards"),
        ("punctuation", "don’t", "don't"),
        ("punctuation", "‘Stop’", "Stop"),
        ("punctuation", "لا، شكراً؟", "لا شكراً"),
        ("diacritics", "Curaçao, São Tomé", "Curacao, Sao Tome"),
        ("diacritics", "مُحَمَّد", "محمد"),
        ("diacritics", "שָׁלוֹם", "שלום"),
        ("numerals", "٢٠٢٤", "2024"),
        ("numerals", "१,२३,४५६ १,२३४", "1,23456 1234"),
        ("numerals", "1,234,567", "1234567"),
    ],
)
def test_what_is_ignored_makes_no_difference_and_otherwise_does(ignored, one, other):
    assert same(one, other, ignored)
    assert not same(one, other, *(set(IGNORABLE) - {ignored} - _implied(ignored)))


def _implied(ignored):
    # A comma in a number is punctuation too, and a dash parts words.
    return {"punctuation": {"space"}, "numerals": {"punctuation"}}.get(ignored, set())


@pytest.mark.parametrize(
    ("ignored", "one", "other"),
    [
        ("diacritics", "कि", "क"),
        ("diacritics", "が", "か"),
        ("punctuation", "its", "it's"),
        ("punctuation", "a b", "ab"),
        ("numerals", "3,5", "35"),
        ("numerals", "two", "2"),
        ("case", "I", "1"),
    ],
)
def test_what_makes_another_word_is_kept(ignored, one, other):
    assert not same(one, other, ignored)


def test_what_cannot_be_ignored_is_refused_with_what_can():
    with pytest.raises(InvalidInput, match=r"case, space, punctuation"):
        rules(["spelling"])


@given(st.text(max_size=30), st.sets(st.sampled_from(sorted(IGNORABLE))))
@settings(max_examples=500, deadline=None)
def test_a_keys_key_is_the_key(text, ignored):
    found = rules(ignored)
    assert found.key(found.key(text)) == found.key(text)


@given(st.text(max_size=30), st.sets(st.sampled_from(sorted(IGNORABLE))))
@settings(max_examples=200, deadline=None)
def test_composition_and_outer_space_change_no_key(text, ignored):
    found = rules(ignored)
    assert found.key(f"  {unicodedata.normalize('NFD', text)}\n") == found.key(text)
    assert folded(folded(text)) == folded(text)
