"""Hostile files through the real upload: a coordinator sends them, the shipped worker's child reads them, the page tells."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks import campaigns, recipe
from microtasks.models import (
    Card,
    Job,
    JobState,
    Source,
    SourceKind,
    UploadState,
)
from tests.cast import Cast
from tests.conftest import NOON
from tests.gate import Gate, Outcome

WHOLE = """
title = "Whatever comes"

[[stage]]
name = "seen"
slice = { mode = "whole" }
question = { kind = "choice", text = "What is it?", options = ["a thing", "nothing"] }
"""
CHANNELS = {"archive", "image", "csv", "jsonl"}
#: Folders of fuzzed files and the ending that makes them an accepted kind; those without bear their own.
FUZZED = {
    "pillow": "",
    "image-rs": "",
    "exif-samples": "",
    "csv-spectrum": "",
    "gofuzz-png": ".png",
    "gofuzz-jpeg": ".jpg",
    "gofuzz-webp": ".webp",
    "gofuzz-zip": ".zip",
    "gofuzz-csv": ".csv",
    "gofuzz-json": ".jsonl",
    "jsontestsuite": ".jsonl",
}
#: What a worker's child may hold at most, the site's own modules included.
MOST_MEMORY_MB = 700


@pytest.fixture
def gate(
    app: Flask,
    session: Session,
    cast: Cast,
    browser_of: Callable[..., FlaskClient],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Gate:
    """A campaign that takes anything; whatever is written by a relative name lands in a folder that is looked at."""
    campaign = campaigns.create(session, cast.river, recipe.read(WHOLE), NOON)
    session.commit()
    here = tmp_path / "deep" / "deeper" / "here"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    return Gate(app, session, browser_of(cast.amina), campaign)


@pytest.fixture
def badinput(shared: Path) -> Path:
    return shared / "data/badinput"


def expected(badinput: Path) -> Iterator[tuple[Path, str, str]]:
    with (badinput / "generated/expect.tsv").open(newline="") as table:
        for row in csv.DictReader(table, delimiter="\t"):
            if row["channel"] in CHANNELS:
                # GIF is no kind of picture that is taken.
                is_gif = row["path"] == "img-modes/gif.gif"
                word = "reject" if is_gif else row["expect"]
                yield badinput / "generated" / row["path"], word, row["good"]


def _outside(tmp_path: Path) -> set[Path]:
    """Every file that does not belong to the instance."""
    instance = tmp_path / "instance"
    ours = {p for p in tmp_path.rglob("*") if not p.is_relative_to(instance)}
    return ours | set(tmp_path.parent.iterdir())


def _check(outcome: Outcome) -> None:
    """A sentence for each refusal, on the page."""
    reasons = [reason for _, reason in outcome.refused]
    if outcome.state == UploadState.rejected:
        reasons.append(outcome.reason)
        assert (
            outcome.reason[1:] in outcome.page
        )  # on the page it begins as sentences do
    assert all(len(reason) > 10 for reason in reasons)
    for reason in reasons[:20]:
        assert reason[1:] in outcome.page


def _jobs_done(session: Session) -> bool:
    return set(session.scalars(select(Job.state))) == {JobState.done}


def test_every_hostile_file_ends_as_expected(
    gate: Gate, badinput: Path, tmp_path: Path
) -> None:
    before = _outside(tmp_path)
    cases = [
        (path, word, good, gate.send((path.name, path.read_bytes())))
        for path, word, good in expected(badinput)
    ]
    gate.work()
    assert _jobs_done(gate.session)

    wrong = []
    for path, word, good, address in cases:
        outcome = gate.outcome(address)
        _check(outcome)
        if not outcome.fits(word, good):
            wrong.append((path.name, word, good, outcome))
    assert wrong == []
    assert len(cases) > 140
    print(
        f"{len(cases)} uploads; the worker's child held {gate.peak_mb:.0f} MB at most"
    )
    assert gate.peak_mb < MOST_MEMORY_MB
    assert _outside(tmp_path) == before
    absolute = _absolute_names(badinput)
    assert absolute
    assert not [name for name in absolute if Path(name).exists()]
    _see_pictures(gate)


def _absolute_names(badinput: Path) -> list[str]:
    with zipfile.ZipFile(badinput / "generated/zip-names/absolute.zip") as archive:
        return [name for name in archive.namelist() if name.startswith("/")]


def _see_pictures(gate: Gate) -> None:
    """What is served of the pictures is a picture of a fixed type, without anything that somebody wrote into it."""
    query = (
        select(Card.public_id)
        .join(Source, Source.id == Card.source_id)
        .where(Source.kind == SourceKind.image)
    )
    cards = gate.session.scalars(query).all()
    assert len(cards) > 60
    for card in cards:
        answer = gate.browser.get(f"/manage/{gate.slug}/cards/{card}/picture")
        assert answer.status_code == 200
        assert answer.mimetype in {"image/jpeg", "image/png"}
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        with Image.open(io.BytesIO(answer.data)) as picture:
            picture.load()
            assert picture.get_format_mimetype() == answer.mimetype
            assert not picture.getexif()
            assert not {"exif", "comment", "xmp", "photoshop"} & picture.info.keys()
        assert b"<script" not in answer.data.lower()


def test_fuzzed_files_are_taken_or_refused_with_a_sentence_for_each(
    gate: Gate, badinput: Path
) -> None:
    batches = {folder: _fuzzed(badinput, folder) for folder in FUZZED}
    addresses = {folder: gate.send(*files.items()) for folder, files in batches.items()}
    gate.work()
    assert _jobs_done(gate.session)
    for folder, files in batches.items():
        outcome = gate.outcome(addresses[folder])
        _check(outcome)
        known = {name[:3] for name in files}
        told = {name[:3] for name in outcome.sources}
        told |= {file[:3] for file, _ in outcome.refused}
        by_their_id = told - known  # a record is called by its column `id`
        assert len(known - told) <= len(by_their_id) <= 3, folder
    assert sum(map(len, batches.values())) > 600
    assert gate.peak_mb < MOST_MEMORY_MB


def _fuzzed(badinput: Path, folder: str) -> dict[str, bytes]:
    """A folder's files under numbers, so that each can be told in what is refused."""
    return {
        f"{number:03}{FUZZED[folder] or path.suffix}": path.read_bytes()
        for number, path in enumerate(sorted((badinput / folder).iterdir()))
    }


def test_the_good_files_of_a_mixed_batch_are_kept(
    gate: Gate, badinput: Path, shared: Path
) -> None:
    good = shared / "data/samples/aerial-tiles"
    tiles = sorted(good.glob("*.png"))
    hostile = [path for path, word, _ in expected(badinput) if word == "reject"]
    files = [*tiles[:12], *hostile, *tiles[12:], good / "labels.csv"]
    address = gate.send(*((path.name, path.read_bytes()) for path in files))
    gate.work()
    outcome = gate.outcome(address)
    _check(outcome)
    assert sorted(outcome.sources) == [path.name for path in tiles]
    refused = {file.partition("/")[0] for file, _ in outcome.refused}
    assert refused == {path.name for path in hostile}
