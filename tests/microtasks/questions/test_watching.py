"""Whose answers deserve a second look, by kind of question."""

from __future__ import annotations

import random

from microtasks.questions import Ballot, kind

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def typed(rng: random.Random, line: str, careful: float) -> str:
    """The line as somebody types it who gets so many words right."""
    return " ".join(
        word if rng.random() < careful else word + rng.choice(LETTERS)
        for word in line.split()
    )


def crowd(copier: bool) -> list[Ballot]:
    """Thirty lines by six workers who err apart; w5 copies w0 when asked to."""
    rng = random.Random(3)
    found = []
    for number in range(30):
        line = " ".join("".join(rng.sample(LETTERS, 5)) for _ in range(4))
        said = [typed(rng, line, 0.9) for _ in range(6)]
        if copier:
            said[5] = said[0]
        found += [Ballot(f"t{number}", f"w{i}", text) for i, text in enumerate(said)]
    return found


def flagged(ballots: list[Ballot]) -> dict[str, set[str]]:
    workers = kind("text").estimate(None, ballots).workers
    return {name: {f.word for f in of.flags} for name, of in workers.items() if of.flags}  # fmt: skip


def test_who_types_anothers_slips_is_flagged_with_the_other():
    assert flagged(crowd(copier=True)) == {"w0": {"copies"}, "w5": {"copies"}}


def test_people_who_err_apart_are_not_flagged():
    assert flagged(crowd(copier=False)) == {}


def test_a_flag_takes_no_answer_away():
    ballots = crowd(copier=True)
    workers = kind("text").estimate(None, ballots).workers
    assert {name: of.answers for name, of in workers.items()} == {f"w{i}": 30 for i in range(6)}  # fmt: skip
