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
        ("points", "spots_cells", "label"),
    ],
)
def test_real_crowds_are_decided_row_by_row(tmp_path, kind, name, column):
    answers = crowds.raw(name, "answers.csv")
    out = tmp_path / "result.csv"
    done = run("--kind", kind, crowds.folder(name) / "answers.csv", "--out", out)
    assert done.exit_code == 0, done.output
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    header = ["task", column, "confidence", "answers", "method"]
    more = {
        "number": ["low", "high"],
        "text": ["confidences", "alternatives"],
        "points": ["confidences"],
    }
    assert list(rows[0]) == header + more.get(kind, [])
    assert [row["task"] for row in rows] == list(
        dict.fromkeys(a["task"] for a in answers)
    )
    assert sum(int(row["answers"]) for row in rows) == len(answers)


def test_texts_may_differ_in_what_is_ignored(tmp_path):
    where = crowds.folder("crowdwsa_t1")
    given = ("--kind", "text", where / "answers.csv", "--out", tmp_path / "result.csv")
    truth = ("--truth", where / "truth.csv", "--json")
    told = json.loads(run(*given, *truth).stdout)
    spelled = json.loads(run(*given, *truth, "--ignore", "space").stdout)
    assert told["word_error_rate"] < spelled["word_error_rate"]
    refused = run(*given, "--ignore", "spelling")
    assert refused.exit_code == 1
    assert "'spelling' cannot be ignored; there are: case" in refused.output
    assert "--kind text" in run("--kind", "number", *given[2:], "--ignore", "case").output  # fmt: skip


def test_marks_are_compared_object_by_object(tmp_path):
    where = crowds.folder("pedestrians_a")
    done = run(
        *("--kind", "boxes", where / "answers.csv", "--out", tmp_path / "result.csv"),
        *("--truth", where / "truth.csv", "--json"),
    )
    told = json.loads(done.stdout)
    assert told["true_marks"] == 641
    assert 0.9 < told["f1"] < 1


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


def test_the_shares_that_dawid_and_skene_published_come_back(tmp_path):
    done = run(
        *("--kind", "choice", crowds.folder("anaesthetic") / "answers.csv"),
        *("--out", tmp_path / "result.csv", "--repeats", "all"),
        *("--method", "maximum-likelihood", "--json"),
    )
    shares = json.loads(done.stdout)["shares"]
    assert [round(share, 2) for share in shares.values()] == [0.40, 0.42, 0.11, 0.07]


def test_confidences_are_compared_with_truth_in_a_curve(tmp_path):
    where = crowds.folder("rte")
    common = ("--kind", "choice", where / "answers.csv", "--out", tmp_path / "r.csv", "--method", "one-coin", "--truth", where / "truth.csv")  # fmt: skip
    told = json.loads(run(*common, "--json").stdout)
    found = told["calibration"]
    assert sum(each["tasks"] for each in found["curve"]) == 800
    assert 0 < found["by_chance"] < found["error"] < 0.2
    assert told["alpha_is"] == "nominal"
    printed = run(*common).stdout
    assert "stated   right" in printed
    assert f"alpha: {told['alpha']} (nominal)" in printed


def test_options_are_scored_by_what_is_known_of_them(tmp_path):
    where = crowds.folder("medrel_a")
    done = run(
        *("--kind", "choices", where / "answers.csv", "--out", tmp_path / "r.csv"),
        *("--truth", where / "truth.csv", "--workers", tmp_path / "w.csv", "--json"),
    )
    told = json.loads(done.stdout)
    assert set(told["options"]) == {"CAUSES", "TREATS"}
    assert told["options"]["TREATS"]["f1"] >= 0.925
    with (tmp_path / "w.csv").open(newline="", encoding="utf-8") as file:
        flagged = [row for row in csv.DictReader(file) if row["flag"]]
    assert len(flagged) == sum(told["flags"].values())
    assert all("errors" in row["reason"] for row in flagged)
