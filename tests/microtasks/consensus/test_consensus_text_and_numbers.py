from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from microtasks.consensus.open_ended import Said, fit
from microtasks.consensus.text import medoid


def test_white_space_and_composition_do_not_make_texts_differ():
    assert medoid.folded(" Jose\u0301  Ruiz\n") == medoid.folded("Jos\u00e9 Ruiz")
    assert medoid.folded("jose") != medoid.folded("Jose")


def test_the_most_frequent_spelling_stands_and_a_tie_goes_by_sort_order():
    assert medoid.spelling(["b", "a", "b"]) == "b"
    assert medoid.spelling(["b", "a"]) == "a"


def test_the_medoid_is_the_text_nearest_to_the_others():
    found, confidence = medoid.medoid(
        ["the cat sat", "the cat sits", "a dog"], [1, 1, 1]
    )
    assert found == "the cat sat"
    assert 0 < confidence <= medoid.MEDOID_CAP


def test_a_medoid_never_passes_for_a_decision():
    _, confidence = medoid.medoid(["a" * 99 + "b", "a" * 99 + "c"], [1, 1])
    assert confidence < 0.6


@given(
    st.lists(st.text(alphabet="ab ", max_size=6), min_size=1, max_size=6),
    st.integers(0, 99),
)
@settings(max_examples=50, deadline=None)
def test_the_order_of_texts_changes_nothing(texts, seed):
    shuffled = texts[:]
    random.Random(seed).shuffle(shuffled)
    assert medoid.medoid(texts, [1.0] * len(texts)) == medoid.medoid(
        shuffled, [1.0] * len(texts)
    )


def test_workers_whose_answers_are_shared_become_more_reliable():
    rows = [Said(f"t{n}", who, n) for n in range(10) for who in ("a", "b")]
    rows += [Said(f"t{n}", "c", -n - 1) for n in range(10)]
    found = fit(rows, 0.05)
    assert found.reliability["a"] == found.reliability["b"] > 0.9
    assert found.reliability["c"] < 0.4


def test_tasks_without_equal_answers_say_nothing_of_workers():
    rows = [Said(f"t{n}", who, (who, n)) for n in range(10) for who in ("a", "b")]
    assert set(fit(rows, 0.05).reliability.values()) == {0.85}
