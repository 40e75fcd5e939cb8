from __future__ import annotations

import csv
import json

import pytest

from microtasks.intake import Refusal

CHANNELS = {"archive", "image", "csv", "jsonl"}
ENDINGS = {"gofuzz-zip": ".zip", "gofuzz-csv": ".csv", "gofuzz-json": ".jsonl"}


def expected(shared):
    folder = shared / "data/badinput/generated"
    with (folder / "expect.tsv").open(newline="") as table:
        for row in csv.DictReader(table, delimiter="\t"):
            # GIF is no kind of picture that is taken.
            if row["channel"] in CHANNELS and row["path"] != "img-modes/gif.gif":
                yield folder / row["path"], row["expect"], row["good"]


def test_every_hostile_file_ends_as_expected(shared, read):
    wrong, seen = [], 0
    for path, expect, good in expected(shared):
        outcome = read(path)
        seen += 1
        fits = {
            "reject": outcome.word == "reject" and not outcome.good,
            "partial": bool(outcome.refused) and str(len(outcome.good)) == good,
            "clean": outcome.word == "clean" and str(len(outcome.good)) == good,
            "safe": True,
        }
        if not fits[expect]:
            wrong.append((path.name, expect, outcome))
    assert seen > 130
    assert wrong == []


@pytest.mark.parametrize(
    "folder",
    [
        "pillow",
        "image-rs",
        "exif-samples",
        "gofuzz-png",
        "gofuzz-jpeg",
        "gofuzz-webp",
        "gofuzz-gif",
        "gofuzz-zip",
        "gofuzz-csv",
        "gofuzz-json",
        "jsontestsuite",
        "naughty-strings",
    ],
)
def test_fuzzed_files_are_taken_or_refused_with_a_sentence_for_each(
    shared, read, folder
):
    paths = sorted((shared / "data/badinput" / folder).iterdir())
    assert paths
    for path in paths:
        ending = ENDINGS.get(folder, "")
        outcome = read((path.name + ending, path.read_bytes()))
        assert outcome.found or outcome.rejected
        for refusal in outcome.refused:
            assert refusal.file
            assert len(refusal.reason) > 10


def test_hostile_files_among_good_ones_take_none_of_them_along(shared, read):
    good = shared / "data/samples/aerial-tiles"
    tiles = sorted(good.glob("*.png"))
    hostile = [path for path, expect, _ in expected(shared) if expect == "reject"]
    outcome = read(*tiles, *hostile, good / "labels.csv")
    assert len(outcome.good) == len(tiles) == 24
    refused = {refusal.file.partition("/")[0] for refusal in outcome.refused}
    assert refused == {path.name for path in hostile}


def test_every_table_of_csv_spectrum_equals_its_json(shared, read):
    folder = shared / "data/badinput/csv-spectrum"
    checked = 0
    for path in sorted(folder.glob("*.csv")):
        if path.stem == "location_coordinates":
            continue  # its JSON is no list and bears another telephone number than its CSV
        wanted = json.loads(path.with_suffix(".json").read_text())
        body = path.read_bytes()
        if path.stem.endswith("_crlf") and b"\r\n" not in body:
            body = body.replace(b"\n", b"\r\n")  # lost on the corpus's way here
        got = [dict(record.columns) for record in read((path.name, body)).found]
        assert got == wanted, path.name
        checked += 1
    assert checked == 11


def test_no_character_that_a_store_refuses_comes_through(shared, read):
    bad = set("\0") | {chr(code) for code in range(0xD800, 0xE000)}
    for name in ("csv/nul.csv", "jsonl/nul.jsonl", "jsonl/surrogate.jsonl"):
        outcome = read(shared / "data/badinput/generated" / name)
        assert outcome.refused
        for record in outcome.good:
            assert not bad & set("".join([*record.columns, *record.columns.values()]))


def test_of_two_members_with_one_name_the_later_is_used(shared, read):
    outcome = read(shared / "data/badinput/generated/zip-names/duplicate.zip")
    (refusal,) = outcome.refused
    assert isinstance(refusal, Refusal)
    assert refusal.file == "same.jpg"
    assert [image.file for image in outcome.good] == ["scan_000.jpg", "same.jpg"]
