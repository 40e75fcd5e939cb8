"""A data set from its inputs: complete, valid for machines, and computed again byte for byte."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from frictionless import Package, system

from microtasks.datasets import build, layout, outputs, packing, read
from microtasks.datasets.bundle import Bundle, GoldRow, ReviewRow, SourceRow
from microtasks.datasets.decide import decide
from tests import bundles
from tests.bundles import ABOUT, piece, said, tile
from tests.conftest import NOON

STAGES = (bundles.NEED, bundles.PLACE, bundles.TILES)
HOSTILE = ["=1+1", "@SUM(1)", 'say "hi", twice', "two\r\nlines", "'=x", "-5.5", "＝1", "\ttab", "Les Cayes", ""]  # fmt: skip


def everything() -> Bundle:
    """A bundle with every kind of row, and texts that do harm in tables."""
    rng = Random(7)
    columns = ["id", "value", "need", "=sum", "source"]
    records = [SourceRow(f"{n}{HOSTILE[n]}", None, None, [str(n), *HOSTILE[n : n + 4]][:5]) for n in range(6)]  # fmt: skip
    sources = [*records, SourceRow("scan.tif#2", 128, 64, ["", "", "", "", ""])]
    sources = [replace(each, columns=(list(each.columns) + [""] * 5)[:5]) for each in sources]  # fmt: skip
    slices = [piece(each.source, stage) for each in records for stage in ("need", "place")]  # fmt: skip
    slices += [tile("scan.tif#2", 0), tile("scan.tif#2", 1)]
    answers = []
    for each in slices[:-3]:
        options = {"need": ["water", "food", None], "place": HOSTILE, "tiles": ["yes", "no"]}  # fmt: skip
        for n in range(4):
            answers.append(said(each, f"v{n}", rng.choice(options[each.stage]), n))
    answers += [said(slices[-2], f"v{n}", "yes", n) for n in range(2)]
    answers.append(
        said(slices[0], "v9", "water", 50, flag="fast withdrawn", counted=False)
    )
    reviews = [ReviewRow(*slices[1].place, "=evil()", "r1", NOON, 1), ReviewRow(*slices[3].place, None, "", NOON, 2)]  # fmt: skip
    gold = [GoldRow(*slices[4].place, "water")]
    return bundles.bundle(slices, answers, STAGES, build.labels(columns), sources, reviews, gold)  # fmt: skip


@pytest.fixture
def built(tmp_path: Path) -> build.Built:
    folder = tmp_path / "files"
    folder.mkdir()
    return build.finish(ABOUT, bundles.write(everything(), folder))


@pytest.fixture
def zipped(built: build.Built, tmp_path: Path) -> Path:
    path = tmp_path / "floods-v1.zip"
    packing.pack(built.folder, path)
    return path


def table(built: build.Built, name: str) -> list[dict[str, str]]:
    with (built.folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def again(path: Path, out: Path) -> bytes:
    with read.zipped(path) as shelf:
        bundle = read.bundle(shelf)
    with out.open("w", encoding="utf-8", newline="") as file:
        outputs.write_consensus(file, bundle, decide(bundle))
    return out.read_bytes()


def test_a_zip_gives_its_consensus_again_byte_for_byte(
    built: build.Built, zipped: Path, tmp_path: Path
) -> None:
    assert (
        again(zipped, tmp_path / "again.csv")
        == (built.folder / "consensus.csv").read_bytes()
    )


def test_the_order_of_answers_in_the_zip_does_not_matter(
    built: build.Built, tmp_path: Path
) -> None:
    before = (built.folder / "consensus.csv").read_bytes()
    mixed = tmp_path / "mixed"
    mixed.mkdir()
    told = everything()
    told = replace(told, answers=Random(3).sample(told.answers, len(told.answers)))
    bundles.write(told, mixed)
    assert (mixed / "answers.csv").read_bytes() != (built.folder / "answers.csv").read_bytes()  # fmt: skip
    packing.pack(mixed, tmp_path / "mixed.zip")
    assert again(tmp_path / "mixed.zip", tmp_path / "again.csv") == before


def test_what_was_written_is_what_is_read(built: build.Built) -> None:
    told = everything()
    found = read.bundle(read.Folder(built.folder))
    for name in ("columns", "slices", "answers", "reviews", "gold"):
        assert list_or(getattr(found, name)) == list_or(getattr(told, name))
    assert [tuple(each.columns) for each in found.sources] == [tuple(each.columns) for each in told.sources]  # fmt: skip


def list_or(value: Any) -> Any:
    return list(value) if isinstance(value, (list, tuple)) else value


def test_frictionless_finds_the_package_valid(built: build.Built) -> None:
    with system.use_context(trusted=True):
        report = Package(str(built.folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["code", "type", "note", "rowNumber", "fieldName"])  # fmt: skip
    assert {task.name for task in report.tasks} == {"consensus", "table"} | {
        each.file.removesuffix(".csv") for each in layout.FIXED
    }


def test_frictionless_would_notice_a_broken_table(built: build.Built) -> None:
    path = built.folder / "volunteers.csv"
    path.write_bytes(path.read_bytes().replace(b"need,", b"need,x", 1))
    with system.use_context(trusted=True):
        assert not Package(str(built.folder / "datapackage.json")).validate().valid


def test_the_wide_table_has_every_source_in_the_manifests_order_with_its_columns(
    built: build.Built,
) -> None:
    rows = table(built, "table.csv")
    told = everything()
    assert len(rows) == len(told.sources)
    assert [row["id"] for row in rows] == [each.columns[0] for each in told.sources]
    assert {"value_source", "need_source", "source_source", "'=sum"} <= set(rows[0])


def test_consensus_has_a_row_for_every_slice_and_repeats_its_sources_columns(
    built: build.Built,
) -> None:
    rows = table(built, "consensus.csv")
    assert len(rows) == len(everything().slices)
    assert list(rows[0])[:6] == ["source", "id", "value_source", "need", "'=sum", "source_source"]  # fmt: skip
    assert (rows[-1]["x"], rows[-1]["width"]) == ("64", "64")


def test_statuses_and_tallies_are_told(built: build.Built) -> None:
    status = {row["status"] for row in table(built, "consensus.csv")}
    assert {"resolved", "contested", "open", "cant_tell"} <= status
    for row in table(built, "contested.csv"):
        assert sum(count for _, count in json.loads(row["tally"])) == int(row["answers"])  # fmt: skip


def test_no_cell_of_any_table_begins_like_a_formula(built: build.Built) -> None:
    for path in built.folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                for cell in row:
                    assert cell[:1] not in set("=+@\t\r＝＋－＠"), (path.name, cell)
                    assert not cell.startswith("-") or cell == "-5.5"


def test_sums_name_every_other_file(built: build.Built) -> None:
    lines = (built.folder / "SHA256SUMS").read_text().splitlines()
    named = {line[66:]: line[:64] for line in lines}
    assert set(named) == {each.name for each in built.folder.iterdir()} - {"SHA256SUMS"}
    for name, digest in named.items():
        content = (built.folder / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest


def test_the_same_state_gives_the_same_bytes(zipped: Path, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    build.finish(ABOUT, bundles.write(everything(), folder))
    packing.pack(folder, tmp_path / "other.zip")
    assert (tmp_path / "other.zip").read_bytes() == zipped.read_bytes()


def test_the_readme_says_how_to_cite_and_redo_it_and_keeps_titles_plain(
    tmp_path: Path,
) -> None:
    about = replace(ABOUT, title="# <b>Floods</b>\n[x](javascript:1)")
    build.finish(about, bundles.write(everything(), tmp_path))
    text = (tmp_path / "README.md").read_text()
    assert "flask consensus --dataset floods-v1.zip" in text
    assert "Relief (2027)" in text
    assert "<b>" not in text
    assert "[x](" not in text


def test_a_campaign_without_answers_is_a_data_set_too(tmp_path: Path) -> None:
    empty = bundles.bundle([piece("a")], stages=STAGES)
    bundles.write(empty, tmp_path)
    built = build.finish(ABOUT, tmp_path)
    assert built.summary.answers == 0
    with system.use_context(trusted=True):
        assert Package(str(tmp_path / "datapackage.json")).validate().valid
