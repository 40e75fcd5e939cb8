"""Deciding a bundle: which answers count, who has the last word, and what the status of each slice is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microtasks.datasets.bundle import AnswerRow, Bundle, GoldRow, ReviewRow
from microtasks.datasets.decide import decide
from microtasks.reassembly.resolved import Resolved, Status
from tests import bundles
from tests.bundles import bundle, piece, said
from tests.conftest import NOON

CARD = piece("a")


def only(*answers: AnswerRow, state: str = "open", **changes: Any) -> Resolved:
    (row,) = decide(bundle([replace(CARD, state=state)], answers, **changes)).rows
    return row


def agreed(value: Any = "water", people: int = 3) -> list[AnswerRow]:
    return [said(CARD, f"v{n}", value, second=n) for n in range(people)]


def test_people_who_agree_decide_a_card() -> None:
    row = only(*agreed())
    assert (row.value, row.cell, row.status, row.answers) == ("water", "water", Status.resolved, 3)  # fmt: skip
    assert row.confidence is not None
    assert row.confidence >= 0.85


def test_a_card_that_nobody_answered_is_open_and_blank() -> None:
    row = only()
    assert (row.cell, row.confidence, row.answers, row.status, row.method) == ("", None, 0, Status.open, "")  # fmt: skip


def test_one_answer_where_two_are_wanted_leaves_a_card_open() -> None:
    row = only(said(CARD, "v1", "food"))
    assert (row.status, row.cell) == (Status.open, "food")


def test_a_full_card_without_agreement_is_contested() -> None:
    answers = [said(CARD, f"v{n}", ["water", "food"][n % 2]) for n in range(4)]
    assert only(*answers).status is Status.contested


def test_people_who_agree_that_it_cannot_be_told_decide_that() -> None:
    row = only(*agreed(None, 4))
    assert (row.status, row.value, row.cell) == (Status.cant_tell, None, "")


def test_uncounted_withdrawn_and_gold_answers_decide_nothing() -> None:
    noise = [
        said(CARD, "v7", "food", counted=False),
        said(CARD, "v8", "food", flag="withdrawn"),
        said(CARD, "v9", "food", flag="fast withdrawn"),
        said(CARD, "v6", "food", gold=True),
    ]
    assert only(*agreed(), *noise) == only(*agreed())


def test_a_volunteers_second_answer_to_a_card_does_not_count() -> None:
    row = only(*agreed(), said(CARD, "v0", "food", second=9))
    assert row == only(*agreed())


def test_the_last_reviewer_has_the_last_word() -> None:
    reviews = [
        ReviewRow(*CARD.place, "nothing", "r1", NOON + timedelta(1), 1),
        ReviewRow(*CARD.place, "food", "r2", NOON, 1),
    ]
    row = only(*agreed(), reviews=reviews)
    assert (row.value, row.confidence, row.method, row.status) == ("nothing", 1.0, "review", Status.resolved)  # fmt: skip
    assert row.answers == 3


def test_a_reviewer_may_find_that_it_cannot_be_told() -> None:
    row = only(*agreed(), reviews=[ReviewRow(*CARD.place, None, "r1", NOON, 1)])
    assert (row.status, row.cell, row.method) == (Status.cant_tell, "", "review")


def test_a_known_card_is_what_it_is_known_to_be() -> None:
    row = only(*agreed(), gold=[GoldRow(*CARD.place, "food")])
    assert (row.value, row.method, row.answers, row.status) == ("food", "gold", 0, Status.resolved)  # fmt: skip


def reliability(told: Bundle) -> dict[str, float]:
    return {row.volunteer: row.reliability.accuracy for row in decide(told).volunteers}


def test_answers_to_known_cards_tell_of_volunteers_and_decide_nothing() -> None:
    tests, asked = [piece(f"g{n}") for n in range(6)], piece("z")
    gold = [GoldRow(*each.place, "food") for each in tests]
    answers = [said(asked, who, "water") for who in ("right", "wrong", "silent")]
    for each in tests:
        answers.append(said(each, "right", "food", gold=True, counted=False))
        answers.append(said(each, "wrong", "water", gold=True, counted=False))
    told = bundle([*tests, asked], answers, gold=gold)
    found = reliability(told)
    assert found["wrong"] < found["silent"] < found["right"]
    results = decide(told)
    assert [row.answers for row in results.rows] == [0] * 6 + [3]
    assert asked.place in results.counted
    assert not results.counted.keys() & {each.place for each in tests}


def test_volunteers_are_judged_by_reviewers_words() -> None:
    cards = [piece(f"c{n}") for n in range(6)]
    answers = [said(c, who, "water") for c in cards for who in ("a", "b", "c")]
    answers += [said(card, "lone", "food") for card in cards]
    reviews = [ReviewRow(*card.place, "food", "r", NOON, 1) for card in cards[:4]]
    before = reliability(bundle(cards, answers))
    after = reliability(bundle(cards, answers, reviews=reviews))
    assert after["lone"] > before["lone"] + 0.2
    assert after["a"] < before["a"] - 0.2


@pytest.mark.parametrize("state", ["stale", "unneeded", "waiting"])
def test_a_card_that_was_set_aside_says_so_and_keeps_its_leaning(state: str) -> None:
    row = only(*agreed(), state=state)
    assert (str(row.status), row.cell) == (state, "water")


def test_a_withdrawn_card_says_nothing_and_teaches_nothing() -> None:
    kept = piece("b")
    answers = [said(kept, "v0", "water"), said(kept, "v1", "water")]
    gone = replace(CARD, state="withdrawn")
    together = decide(bundle([gone, kept], [*agreed("food"), *answers]))
    alone = decide(bundle([kept], answers))
    assert together.rows[0].status is Status.withdrawn
    assert together.rows[0].cell == ""
    assert together.rows[1] == alone.rows[0]
    assert list(together.volunteers) == list(alone.volunteers)


def test_a_reported_card_is_held_until_a_reviewer_speaks() -> None:
    assert only(*agreed(), state="held").status is Status.held
    review = ReviewRow(*CARD.place, "food", "r", NOON, 1)
    assert only(*agreed(), state="held", reviews=[review]).status is Status.resolved


def test_answers_to_an_option_that_is_gone_are_still_decided() -> None:
    old = [
        said(CARD, f"v{n}", "medicine", stage_version=1 + (n == 2)) for n in range(3)
    ]
    row = only(*old)
    assert (row.cell, row.stage_version) == ("medicine", 2)


def test_each_stage_is_decided_by_its_own_answers_and_in_its_own_way() -> None:
    need, place = piece("a"), piece("a", "place")
    answers = [said(need, f"v{n}", "food") for n in range(3)]
    answers += [said(place, f"v{n}", "Les Cayes") for n in range(3)]
    results = decide(bundle([place, need], answers, (bundles.NEED, bundles.PLACE)))
    assert [row.cell for row in results.rows] == ["food", "Les Cayes"]
    assert [row.stage for row in results.volunteers] == ["need"] * 3 + ["place"] * 3


crowds = st.lists(
    st.tuples(
        st.integers(0, 5), st.integers(0, 6), st.sampled_from(["water", "food", None]), st.integers(0, 3)
    ),
    max_size=40,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(crowds, st.integers())
def test_the_order_of_rows_changes_nothing(crowd: list[Any], seed: int) -> None:
    slices = [piece(str(n)) for n in range(6)]
    answers = [said(slices[c], f"v{w}", value, second) for c, w, value, second in crowd]
    told: Bundle = bundle(slices, answers)
    rng = Random(seed)
    mixed = replace(
        told,
        answers=rng.sample(answers, len(answers)),
        slices=rng.sample(slices, len(slices)),
    )
    assert decide(mixed).rows == decide(told).rows
    assert decide(mixed).volunteers == decide(told).volunteers
