from __future__ import annotations

import csv

import pytest

from microtasks import crowd_file
from microtasks.errors import InvalidInput
from microtasks.questions import Decision, kind

CHOICE, TEXT, NUMBER = kind("choice"), kind("text"), kind("number")


@pytest.fixture
def table(tmp_path):
    def write(text: str, name: str = "answers.csv"):
        path = tmp_path / name
        path.write_bytes(text.encode())
        return path

    return write


def refused(path, asked=CHOICE):
    with pytest.raises(InvalidInput) as caught:
        crowd_file.read_answers(path, asked)
    return str(caught.value)


def test_columns_may_stand_in_any_order_beside_others(table):
    path = table("\ufefflabel,note,worker,task\r\nyes,x,w,t\r\n")
    (ballot,) = crowd_file.read_answers(path, CHOICE)
    assert (ballot.task, ballot.worker, ballot.value) == ("t", "w", "yes")


@pytest.mark.parametrize("missing", ["task", "worker", "label"])
def test_a_missing_column_is_named(table, missing):
    header = ",".join({"task", "worker", "label"} - {missing})
    said = refused(table(f"{header}\na,b\n"))
    assert repr(missing) in said


def test_a_column_that_is_there_twice_is_refused(table):
    assert "more than one column 'label'" in refused(
        table("task,worker,label,label\nt,w,a,b\n")
    )


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("t,w,", "label is empty"),
        (",w,a", "task is empty"),
        ("t,,a", "worker is empty"),
        ("t,w", "only 2 cells"),
    ],
)
def test_a_faulty_row_is_named_as_a_spreadsheet_numbers_it(table, row, fault):
    said = refused(table(f"task,worker,label\nt,v,a\n{row}\n"))
    assert "row 3" in said
    assert fault in said


def test_a_label_of_another_kind_is_named_with_its_row(table):
    assert "row 2, column 'label': 'many' is not a number" in refused(
        table("task,worker,label\nt,w,many\n"), NUMBER
    )


def test_text_stands_in_a_column_of_its_own_and_may_be_blank(table):
    (ballot,) = crowd_file.read_answers(table('task,worker,text\nt,w,""\n'), TEXT)
    assert ballot.value == ""
    assert "'text'" in refused(table("task,worker,label\nt,w,a\n"), TEXT)


@pytest.mark.parametrize(
    "content", ["", "task,worker,label\n", "task,worker,label\n\n"]
)
def test_an_empty_file_is_refused(table, content):
    assert refused(table(content))


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_bytes(b"task,worker,label\nt,w,\xff\xfe\n")
    assert "UTF-8" in refused(path)


def test_an_unclosed_quote_is_refused(table):
    assert "cannot be read" in refused(table('task,worker,label\nt,w,"a\n'))


@pytest.mark.parametrize(
    ("repeats", "values"),
    [("first", ["a", "c"]), ("last", ["b", "c"]), ("all", ["a", "c", "b"])],
)
def test_repeats_say_which_answer_stands(table, repeats, values):
    path = table("task,worker,label\nt,w,a\nt,v,c\nt,w,b\n")
    assert [b.value for b in crowd_file.read_answers(path, CHOICE, repeats)] == values


def test_repeats_are_one_of_three(table):
    with pytest.raises(InvalidInput, match="first, last, all"):
        crowd_file.read_answers(table("task,worker,label\nt,w,a\n"), CHOICE, "some")


def test_the_result_has_a_row_per_task_in_the_order_of_the_answers(table, tmp_path):
    path = table('task,worker,label\nz,w,"a, b"\na,w,c\nz,v,"a, b"\n')
    ballots = crowd_file.read_answers(path, CHOICE)
    out = tmp_path / "result.csv"
    crowd_file.write_result(
        out, CHOICE, ballots, CHOICE.estimate(None, ballots, "majority")
    )
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["task", "label", "confidence", "answers", "method"]
    assert [(r["task"], r["label"], r["answers"]) for r in rows] == [
        ("z", "a, b", "2"),
        ("a", "c", "1"),
    ]
    assert {len(row["confidence"]) for row in rows} == {8}
    assert {row["method"] for row in rows} == {"majority"}


def test_workers_are_written_by_name_with_their_interval(table, tmp_path):
    ballots = crowd_file.read_answers(
        table("task,worker,label\nt,w,a\nt,b,a\n"), CHOICE
    )
    out = tmp_path / "workers.csv"
    crowd_file.write_workers(out, CHOICE.estimate(None, ballots).workers)
    lines = out.read_text().splitlines()
    assert lines[0] == "worker,accuracy,low,high,answers,flag,reason"
    assert [line.split(",")[0] for line in lines[1:]] == ["b", "w"]


def test_a_score_compares_what_both_have():
    decisions = {"t": Decision(3, 0.9, "mode"), "u": Decision(5, 0.9, "mode")}
    found = crowd_file.score(NUMBER, decisions, {"t": 3, "u": 7, "v": 1})
    assert (found.tasks, found.accuracy, found.unanswered) == (2, 0.5, 1)
    assert found.rmse == pytest.approx(2**0.5)
    with pytest.raises(InvalidInput, match="no task"):
        crowd_file.score(NUMBER, decisions, {"x": 1})


def test_broken_quoting_is_told_with_its_place_and_what_to_do(table):
    said = refused(table('task,worker,label\nt,w,a\nt,v,"a" b\n'))
    assert "answers.csv cannot be read after row 2" in said
    assert "written twice" in said


def test_what_is_wrong_comes_with_what_to_do(table):
    assert "fill it in" in refused(table("task,worker,label\n,w,a\n"))
    assert "name it in the first row" in refused(table("task,worker\nt,w\n"))
    assert "rename one" in refused(table("task,task,worker,label\nt,t,w,a\n"))


def test_truth_may_leave_tasks_out_but_not_contradict_itself(table):
    path = table("task,label\nt,a\nu,b\nt,a\n", "truth.csv")
    assert crowd_file.read_truth(path, CHOICE) == {"t": "a", "u": "b"}
    with pytest.raises(InvalidInput, match=r"row 3: the task 't' stood before"):
        crowd_file.read_truth(table("task,label\nt,a\nt,b\n", "truth.csv"), CHOICE)


def test_what_is_known_of_sets_may_be_a_list_or_some_options(table):
    choices = kind("choices")
    path = table('task,label\nt,"{""a"": true, ""b"": false}"\nu,"[""c""]"\n', "t.csv")
    truth = crowd_file.read_truth(path, choices)
    decisions = {
        "t": Decision(["a", "c"], 0.9, "sets"),
        "u": Decision(["a"], 0.8, "sets"),
    }
    found = crowd_file.score(choices, decisions, truth)
    assert found.accuracy == 0.5
    assert (found.options["a"].tasks, found.options["a"].precision) == (2, 0.5)
    assert found.options["b"].f1 is None
    # Of the first task nobody said whether c holds.
    assert (found.options["c"].tasks, found.options["c"].recall) == (1, 0)


def test_numbers_have_the_ends_of_their_interval_beside_them(table, tmp_path):
    ballots = crowd_file.read_answers(
        table("task,worker,label\nt,w,1\nt,v,2\nt,x,4.5\n"), NUMBER
    )
    out = tmp_path / "result.csv"
    crowd_file.write_result(out, NUMBER, ballots, NUMBER.estimate(None, ballots))
    with out.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["low"], row["label"], row["high"]) == ("1", "2", "4.5")


def test_confidences_that_only_rank_are_not_held_to_their_word():
    decisions = {"t": Decision(3, 0.4, "mean"), "u": Decision(5, 0.9, "mode")}
    found = crowd_file.score(NUMBER, decisions, {"t": 3, "u": 5})
    assert found.calibration.tasks == 1


def test_a_long_header_is_quoted_in_part(table):
    said = refused(table(",".join(f"column {n}" for n in range(9_000)) + "\n1\n"))
    assert "column 0, column 1" in said
    assert len(said) < 500
    assert said.endswith("name it in the first row")


@pytest.mark.parametrize(
    ("before", "row"), [("", 1), ("task,worker,label\nt,w,a\n", 3)]
)
def test_a_cell_that_is_too_long_is_told_with_its_row_and_what_to_do(
    table, before, row
):
    before_limit = csv.field_size_limit(131_072)
    try:
        said = refused(table(f"{before}t,w,{'a' * 131_073}\n"))
    finally:
        csv.field_size_limit(before_limit)
    assert said.startswith(f"answers.csv, row {row}: a cell has more than 131,072")
    assert "shorten it" in said
    assert "written twice" not in said
