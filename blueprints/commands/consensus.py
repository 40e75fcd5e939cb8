"""`flask consensus`: decide a crowd's answers in a table file, without a campaign or a database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from blueprints.commands import _consensus_told
from microtasks import crowd_file
from microtasks.consensus.text.normal import IGNORABLE
from microtasks.datasets import redo
from microtasks.errors import MicrotaskError
from microtasks.questions import AnswerType, answer_type, answer_types
from microtasks.questions.text import Text

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("consensus")
@click.argument("answers", type=_FILE, required=False)
@click.option("--dataset", type=_FILE, help="Do a data set's zip again instead.")
@click.option(
    "--kind", "kind_name", help=f"What was asked: {', '.join(answer_types())}."
)
@click.option("--out", type=_NEW_FILE, required=True, help="Where the result goes.")
@click.option("--method", default="auto", show_default=True, help="How to decide.")
@click.option(
    "--repeats",
    type=click.Choice(crowd_file.REPEATS),
    default="last",
    show_default=True,
    help="What a worker's second answer to a task means.",
)
@click.option(
    "--ignore",
    default="",
    metavar="WHAT,...",
    help=f"What texts may differ in and be the same: {', '.join(IGNORABLE)}.",
)
@click.option("--truth", type=_FILE, help="Known truth to compare with.")
@click.option("--workers", type=_NEW_FILE, help="Where workers' reliabilities go.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def consensus(
    answers: Path | None,
    dataset: Path | None,
    kind_name: str | None,
    out: Path,
    method: str,
    repeats: str,
    ignore: str,
    truth: Path | None,
    workers: Path | None,
    as_json: bool,
) -> None:
    """Decide ANSWERS (a CSV of task, worker, label) and write a row per task."""
    try:
        if dataset is not None:
            told = redo.redo(dataset, out)
        elif answers is None or kind_name is None:
            raise click.UsageError("Give --kind and a file of answers, or --dataset.")
        else:
            asked = _asked(kind_name, ignore)
            told = decide(answers, asked, out, method, repeats, truth, workers)
    except MicrotaskError as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps(told))
        return
    for line in _consensus_told.lines(told):
        click.echo(line)


def _asked(name: str, ignore: str) -> AnswerType:
    if not ignore:
        return answer_type(name)
    if name != Text.name:
        raise click.UsageError("--ignore is for texts: give it with --kind text.")
    return Text(word.strip() for word in ignore.split(","))


def decide(
    answers: Path,
    asked: AnswerType,
    out: Path,
    method: str,
    repeats: str,
    truth: Path | None,
    workers: Path | None,
) -> dict[str, Any]:
    """Read, decide, write; return what is told of it."""
    ballots = crowd_file.read_answers(answers, asked, repeats)
    known = crowd_file.read_truth(truth, asked) if truth else None
    estimate = asked.estimate(None, ballots, method)
    score = crowd_file.score(asked, estimate.decisions, known) if known else None
    crowd_file.write_result(out, asked, ballots, estimate)
    if workers:
        crowd_file.write_workers(workers, estimate.workers)
    return _consensus_told.tell(asked, estimate, len(ballots), score)
