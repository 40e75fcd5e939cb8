"""What the page of a decided crowd tells: bounded, summed, and true to the counts."""

from __future__ import annotations

import json

import pytest

from microtasks.crowds import compared, shares, telling
from microtasks.crowds.request import ANSWERS, TRUTH, Request, pack, unpack
from microtasks.questions import Ballot, Decision, answer_types, kind
from tests import crowds

CHOICE, TEXT, NUMBER, CHOICES = (
    kind(name) for name in ("choice", "text", "number", "choices")
)


def decided(values: list[object]) -> dict[str, Decision]:
    return {f"t{n}": Decision(value, 0.9, "test") for n, value in enumerate(values)}


def test_labels_beyond_a_dozen_are_summed() -> None:
    values: list[object] = [f"label {n}" for n in range(20) for _ in range(20 - n)]
    rows = shares.of(CHOICE, decided(values))["rows"]
    assert rows[0] == ["label 0", 20]
    assert rows[-1] == ["8 others", sum(range(1, 9))]
    assert sum(n for _, n in rows) == len(values)


def test_numbers_stand_in_order_and_each_is_counted() -> None:
    found = shares.of(NUMBER, decided([1, 2, 2.5, 100]))
    assert found["is_ordered"]
    assert sum(n for _, n in found["rows"]) == 4
    assert shares.of(NUMBER, decided([7, 7]))["rows"] == [["7", 2]]


def test_sets_are_told_by_option_and_marks_by_their_number() -> None:
    rows = shares.of(CHOICES, decided([["a", "b"], ["a"], []]))["rows"]
    assert rows == [["a", 2], ["b", 1], ["none of them", 1]]
    marks = shares.of(NUMBER, decided([[[1, 2], [3, 4]], []]))
    assert (marks["title"], marks["is_ordered"]) == ("Marks per task", True)


def test_texts_and_nothing_have_no_spread() -> None:
    assert shares.of(TEXT, decided(["a", "b"])) is None
    assert shares.of(CHOICE, decided([None])) is None


def test_the_table_of_confusion_counts_every_compared_task() -> None:
    truth = {"t0": "a", "t1": "a", "t2": "b", "t9": "b"}
    found = shares.confusion(CHOICE, decided(["a", "b", "b"]), truth)
    assert found == {"labels": ["a", "b"], "rows": [[1, 1], [0, 1]]}
    many = {f"t{n}": f"label {n}" for n in range(9)}
    assert shares.confusion(CHOICE, decided(list(many.values())), many) is None


def test_workers_with_most_answers_are_drawn_and_the_rest_counted() -> None:
    ballots = [
        Ballot(f"t{n}", f"w{worker}", "a") for worker in range(60) for n in range(worker + 1)
    ]  # fmt: skip
    told = telling.tell(CHOICE, ballots, CHOICE.estimate(None, ballots), {})
    drawn = [(name, answers) for name, *_, answers in told["workers_drawn"]]
    assert drawn[0] == ("w59", 60)
    assert len(drawn) == telling.WORKERS_DRAWN
    assert told["workers_left"] == 20
    assert told["truth"] is None


def test_what_deserves_a_second_look_is_told_with_its_figures() -> None:
    ballots = [
        Ballot(f"t{n}", who, "ab"[n % 2] if who != "w9" else "a")
        for n in range(60)
        for who in (f"w{w}" for w in range(10))
    ]
    told = telling.tell(CHOICE, ballots, CHOICE.estimate(None, ballots), {})
    assert [name for name, *_ in told["flagged"]] == ["w9"]
    assert "60 answers are the same" in told["flagged"][0][1]
    rows = told["crowd_confusion"]["rows"]
    assert told["crowd_confusion"]["labels"] == ["a", "b"]
    assert all(99 <= sum(row) <= 101 for row in rows)
    assert rows[1][0] > rows[0][1], "one in ten says a where b is true"


def test_texts_are_compared_up_to_case_and_punctuation_and_told_by_words() -> None:
    truth = {"t0": "the cat sat", "t1": "on a mat"}
    told = compared.compare(TEXT, decided(["The cat, sat.", "on the mat"]), truth)
    assert told["accuracy"] == 0.5
    assert told["rates"]["words"] == pytest.approx(1 / 6)
    assert told["rates"]["characters"] == pytest.approx(3 / 19)


def test_marks_are_counted_as_found_missed_and_invented() -> None:
    truth = {"t0": [[10, 10], [50, 50]], "t1": []}
    marked = decided([[[11, 10], [90, 90], [50, 51]], []])
    told = compared.compare(answer_types()["points"], marked, truth)["marks"]
    assert (told["found"], told["decided"], told["true"]) == (2, 3, 2)
    assert told["f1"] == pytest.approx(0.8)


def test_options_are_told_by_how_often_they_are_found_and_invented() -> None:
    truth = {"t0": ["a"], "t1": ["a", "b"], "t2": []}
    told = compared.compare(CHOICES, decided([["a"], ["a"], ["b"]]), truth)
    assert told["options"] == [["a", 1.0, 1.0, 1.0, 2, 3], ["b", 0.0, 0.0, 0.0, 1, 3]]


def test_only_numbers_that_were_counted_say_how_sure_they_are() -> None:
    truth = {f"t{n}": n for n in range(30)}
    mean = {task: Decision(n, 0.2, "mean") for task, n in truth.items()}
    assert compared.compare(NUMBER, mean, truth)["kept"] is None
    mode = {f"t{n}": Decision(n, 0.9, "mode") for n in range(12)}
    assert compared.compare(NUMBER, mean | mode, truth)["kept"]["tasks"] == 12


def test_long_names_are_cut_for_the_page() -> None:
    ballots = [Ballot("t", "w" * 5000, "label " * 1000)]
    told = telling.tell(CHOICE, ballots, CHOICE.estimate(None, ballots), {})
    assert len(json.dumps(told)) < 2000


@pytest.mark.parametrize(
    ("name", "of"),
    [("bluebird", "choice"), ("emotion", "number"), ("spots_cells", "points")],
)
def test_a_real_crowd_is_told_in_little_room_and_adds_up(name: str, of: str) -> None:
    from microtasks.crowd_file import read_answers, read_truth

    found, asked = crowds.folder(name), answer_types()[of]
    ballots = read_answers(found / "answers.csv", asked)
    estimate = asked.estimate(None, ballots)
    truth = read_truth(found / "truth.csv", asked)
    told = telling.tell(asked, ballots, estimate, truth)
    assert sum(told["confidences"]) == told["tasks"]
    assert sum(n for _, n in told["methods"]) == told["tasks"]
    assert sum(n for _, n in told["shares"]["rows"]) == told["tasks"]
    assert len(json.dumps(told)) < 20_000


def test_a_bundle_gives_back_what_was_packed_and_no_two_are_alike(tmp_path) -> None:
    keys = set()
    for name in ("one", "two"):
        files, out = tmp_path / name, tmp_path / f"{name}-out"
        files.mkdir()
        out.mkdir()
        (files / ANSWERS).write_bytes(b"task,worker,label\n")
        pack(Request(name, "text", repeats="all"), files, tmp_path / f"{name}.zip")
        asked = unpack(tmp_path / f"{name}.zip", out)
        assert asked == Request(name, "text", repeats="all")
        assert (out / ANSWERS).read_bytes() == b"task,worker,label\n"
        assert not (out / TRUTH).exists()
        keys.add((tmp_path / f"{name}.zip").read_bytes())
    assert len(keys) == 2
