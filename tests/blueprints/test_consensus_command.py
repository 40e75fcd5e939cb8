from __future__ import annotations

import csv
import json

import pytest
from click.testing import CliRunner

from blueprints.commands.consensus import consensus
from tests import crowds


def run(*arguments):
    return CliRunner().invoke(consensus, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    ("kind", "name", "column"),
    [
        ("choice", "rte", "label"),
        ("choices", "medrel_a", "label"),
        ("text", "crowdwsa_t1", "text"),
        ("number", "emotion", "label"),
    ],
)
def test_real_crowds_are_decided_row_by_row(tmp_path, kind, name, column):
    answers = crowds.raw(name, "answers.csv")
    out = tmp_path / "result.csv"
    done = run("--kind", kind, crowds.folder(name) / "answers.csv", "--out", out)
    assert done.exit_code == 0, done.output
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["task", column, "confidence", "answers", "method"]
    assert [row["task"] for row in rows] == list(
        dict.fromkeys(a["task"] for a in answers)
    )
    assert sum(int(row["answers"]) for row in rows) == len(answers)


def test_truth_and_workers_and_json(tmp_path):
    where = crowds.folder("rte")
    out, workers = tmp_path / "result.csv", tmp_path / "workers.csv"
    done = run(
        *("--kind", "choice", where / "answers.csv", "--out", out),
        *("--truth", where / "truth.csv", "--workers", workers, "--json"),
    )
    told = json.loads(done.stdout)
    assert (told["tasks"], told["answers"], told["compared"]) == (800, 8000, 800)
    assert told["accuracy"] > 0.91
    assert 0 < told["alpha"] < 1
    assert len(workers.read_text().splitlines()) == 165


def test_two_runs_write_the_same_bytes(tmp_path):
    answers = crowds.folder("face") / "answers.csv"
    for out in ("one.csv", "two.csv"):
        assert run("--kind", "choice", answers, "--out", tmp_path / out).exit_code == 0
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


@pytest.fixture
def answers(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("task,worker,label\nt,w,a\nt,v,b\nt,w,b\n")
    return path


def test_repeats_choose_which_answer_stands(tmp_path, answers):
    out = tmp_path / "result.csv"
    for repeats, label, count in (("last", "b", 2), ("first", "a", 2), ("all", "b", 3)):
        assert (
            run(
                "--kind",
                "choice",
                answers,
                "--out",
                out,
                "--repeats",
                repeats,
                "--method",
                "majority",
            ).exit_code
            == 0
        )
        assert out.read_text().splitlines()[1].split(",")[1::2] == [label, str(count)]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--kind", "sonnet"], "choice, choices, text, number"),
        (["--kind", "choice", "--method", "magic"], "dawid-skene"),
        (["--kind", "number"], "row 2"),
        (["--kind", "text"], "'text'"),
        ([], "--kind"),
    ],
)
def test_mistakes_are_told_in_a_sentence_and_nothing_is_written(
    tmp_path, answers, options, said
):
    out = tmp_path / "result.csv"
    done = run(answers, "--out", out, *options)
    assert done.exit_code != 0
    assert said in done.output
    assert "Traceback" not in done.output
    assert not out.exists()
