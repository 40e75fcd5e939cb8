"""Real crowds with known truth, for tests; skipped aloud where they are not at hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from microtasks.crowd_file import read_answers, read_truth
from microtasks.questions import Ballot, kind

ROOT = Path(__file__).parents[2] / "shared" / "data" / "consensus"
LABELLED = [
    "bluebird",
    "rte",
    "product",
    "zencrowd_us",
    "zencrowd_in",
    "dog",
    "face",
    "web",
    "music",
    "adult",
]


def folder(name: str) -> Path:
    found = ROOT / name
    if not (found / "answers.csv").is_file():
        pytest.skip(f"the crowd {name} is not in ../shared/data/consensus")
    return found


def load_answers(name: str, of: str = "choice", repeats: str = "last") -> list[Ballot]:
    return read_answers(folder(name) / "answers.csv", kind(of), repeats)


def load(name: str, of: str = "choice") -> tuple[list[Ballot], dict[str, object]]:
    return load_answers(name, of), read_truth(folder(name) / "truth.csv", kind(of))


def raw(name: str, file_name: str) -> list[dict[str, str]]:
    with (folder(name) / file_name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
