from __future__ import annotations

import unicodedata

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from microtasks.consensus.text.clusters import clusters
from microtasks.consensus.text.units import characters, words

WHOLE = [
    "é", "e\u0301\u0323", "कि", "क्ष", "ক্ষ", "நி", "กำ", "ที่", "각", "\u1100\u1161\u11a8", "בּ", "مُّ",
    "👍🏽", "👩‍👩‍👧", "🏳️‍🌈", "🇫🇷", "❤️", "1️⃣", "\r\n", "ﾊﾟ",
]  # fmt: skip
#: Letters, marks, jamo, flags, emoji and joiners, so that drawn texts are dense in what may be cut wrongly. Viramas come
#: with their consonants: alone they bind by the standard only in part, and peers differ.
VIRAMAS = set("\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d")
SIGNS = st.one_of(
    st.characters(min_codepoint=0x300, max_codepoint=0x36F),
    st.characters(min_codepoint=0x590, max_codepoint=0x6FF),
    st.characters(min_codepoint=0x900, max_codepoint=0xEFF),
    st.characters(min_codepoint=0x1100, max_codepoint=0x11FF),
    st.characters(min_codepoint=0xAC00, max_codepoint=0xAC40),
    st.characters(min_codepoint=0x1F1E6, max_codepoint=0x1F1FF),
    st.sampled_from("ab \u200d\u200c\ufe0f👍🏽👩🌈❤\r\n"),
).filter(lambda sign: unicodedata.category(sign) != "Cn" and sign not in VIRAMAS)
TEXTS = st.lists(st.one_of(SIGNS, st.sampled_from(WHOLE)), max_size=12).map("".join)


@pytest.mark.parametrize("cluster", WHOLE)
def test_what_readers_take_for_one_character_is_one(cluster):
    assert clusters(cluster) == [cluster]
    assert clusters(f"a{cluster}b") == ["a", cluster, "b"]


def test_two_flags_are_two_and_a_lone_letter_of_a_flag_stands_alone():
    assert clusters("🇫🇷🇩🇪🇮") == ["🇫🇷", "🇩🇪", "🇮"]


@given(TEXTS)
@settings(max_examples=500, deadline=None)
def test_no_cluster_of_the_standard_is_cut(text):
    ours, ends = clusters(text), set()
    place = 0
    for cluster in ours:
        place += len(cluster)
        ends.add(place)
    standard, place = set(), 0
    for cluster in regex.findall(r"\X", text):
        place += len(cluster)
        standard.add(place)
    assert "".join(ours) == text
    assert ends <= standard


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_units_put_together_are_the_text_again(text):
    assert "".join(words(text)) == text.rstrip()
    assert all(words(text))
    for unit in characters(text):
        assert unit == " " or len(clusters(unit)) == 1


def test_words_keep_the_gap_before_them_and_lone_punctuation_its_neighbour():
    assert words("Well,  then -\nstop") == ["Well,", "  then -", "\nstop"]
    assert words("sign-boards and/or") == ["sign-", "boards", " and/", "or"]
    assert words("日本 text สวัสดี") == ["日", "本", " text", " ส", "วั", "ส", "ดี"]
    assert words("...") == ["..."]
    assert words("  ") == []
