"""Cells: what a spreadsheet would run is quoted, what was written is read, whatever it is."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microtasks.datasets import cells
from tests.conftest import NOON

#: What no cell may begin with, in plain and in full width.
FORBIDDEN = "=+-@\t\r＝＋－＠"

texts = st.text(
    st.characters(exclude_categories=("Cs",)) | st.sampled_from("='+-@\t\r\n\" ,＝'"),
    max_size=12,
)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(texts, min_size=width, max_size=width), min_size=1, max_size=5
    )
)


def written(rows: list[list[str]]) -> str:
    file = io.StringIO(newline="")
    cells.write(file, rows[0], rows[1:])
    return file.getvalue()


@settings(max_examples=100)
@given(tables)
def test_a_table_is_read_as_it_was_written(rows: list[list[str]]) -> None:
    assert list(cells.read(io.StringIO(written(rows), newline=""))) == rows


@settings(max_examples=100)
@given(texts)
def test_no_cell_begins_like_a_formula(text: str) -> None:
    guarded = cells.guard(text)
    assert not guarded or guarded[0] not in FORBIDDEN or _is_number(guarded)
    assert cells.unguard(guarded) == text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii()


def test_every_known_formula_payload_is_quoted_and_comes_back(shared: Path) -> None:
    path = shared / "data/badinput/generated/fields/csv_formula.jsonl"
    payloads = [json.loads(line) for line in path.read_text().splitlines()]
    assert payloads
    for payload in payloads:
        assert cells.guard(payload).startswith("'")
    assert list(cells.read(io.StringIO(written([payloads]), newline=""))) == [payloads]


@pytest.mark.parametrize("number", ["-5.25", "+3", "-0", "1e-5", "-1E+5"])
def test_a_plain_number_stays_a_number(number: str) -> None:
    assert cells.guard(number) == number


@pytest.mark.parametrize("text", ["-1+1", "-", "+1 234", "-1e", "-５", "'-5"])
def test_what_only_begins_like_a_number_is_quoted(text: str) -> None:
    assert cells.guard(text) == f"'{text}"


@pytest.mark.parametrize("text", ["'tis", "''", "it's", "O'Hara", "a=b", "'"])
def test_apostrophes_of_ordinary_text_are_left_alone(text: str) -> None:
    assert cells.guard(text) == cells.unguard(text) == text


def test_values_are_written_in_one_way_each() -> None:
    assert cells.cell(None) == ""
    assert cells.cell(True) == "true"
    assert cells.cell(1 / 3) == "0.333333"
    assert cells.cell(7) == "7"
    assert cells.cell(NOON) == "2027-03-01T12:00:00.000000Z"


def test_lines_end_as_rfc_4180_says() -> None:
    assert written([["a", "b"], ["1", "x\ry"]]) == 'a,b\r\n1,"x\ry"\r\n'
