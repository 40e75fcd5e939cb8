from __future__ import annotations

import csv
import datetime
import io
import json

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from microtasks import intake
from microtasks.intake import delimited
from tests.microtasks.intake.conftest import packed

CELLS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12
)
calm = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def columns(outcome):
    return [dict(record.columns) for record in outcome.good]


@calm
@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8),
    st.sampled_from(delimited.DELIMITERS),
    st.sampled_from(["\r\n", "\n"]),
)
def test_what_a_csv_writer_wrote_is_read_again(read, rows, delimiter, end):
    rows = [["x", *row] for row in rows]  # no row is blank
    out = io.StringIO()
    writer = csv.writer(
        out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL
    )
    writer.writerows([["id", "a", "b", "c"], *rows])
    outcome = read(("t.csv", out.getvalue().encode()))
    assert [list(record.columns.values()) for record in outcome.found] == rows


@calm
@given(st.binary(max_size=400))
def test_no_bytes_break_a_table(read, body):
    for name in ("t.csv", "t.jsonl"):
        outcome = read((name, body))
        assert outcome.found or outcome.rejected


@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_the_delimiter_is_found(read, delimiter):
    body = (
        f"id{delimiter}note\n1{delimiter}one, or two; or 3\n"
        if delimiter in "\t|"
        else f'id{delimiter}note\n1{delimiter}"a,b;c|d"\n'
    )
    (record,) = read(("t.csv", body.encode())).found
    assert list(record.columns) == ["id", "note"]


def test_a_table_of_one_column_needs_no_delimiter(read):
    assert columns(read(("t.csv", b"text\nhello\nyou\n"))) == [
        {"text": "hello"},
        {"text": "you"},
    ]


def test_rows_are_numbered_as_a_spreadsheet_shows_them(read):
    outcome = read(("t.csv", b'a,b\n1,"two\nlines"\n\n,\nshort\n5,6\n,\n,,\n'))
    assert [(type(f).__name__, f.row) for f in outcome.found] == [
        ("FoundRecord", 2),
        ("Refusal", 4),
        ("Refusal", 5),
        ("FoundRecord", 6),
    ]
    assert outcome.refused[0].reason == "every column is blank"


def test_a_record_with_some_text_is_taken_whole(shared, read):
    outcome = read(shared / "data/samples/crisis-messages/messages.csv")
    assert outcome.word == "clean"
    assert len(outcome.good) == 362
    blank = [
        record.row for record in outcome.good if not record.columns["message"].strip()
    ]
    assert len(blank) == 1


def test_an_unclosed_quote_costs_one_row_and_not_the_rest(read):
    outcome = read(("t.csv", b'a,b\n1,"oops\n2,x\n3,y\n'))
    assert [refusal.row for refusal in outcome.refused] == [2]
    assert columns(outcome) == [{"a": "2", "b": "x"}, {"a": "3", "b": "y"}]


def test_a_row_that_never_ends_costs_one_row_and_not_the_rest(read):
    limits = intake.Limits(max_row=1000)
    outcome = read(("t.csv", b"a,b\n1," + b"x" * 50_000 + b"\n2,y\n"), limits=limits)
    assert [refusal.row for refusal in outcome.refused] == [2]
    assert columns(outcome) == [{"a": "2", "b": "y"}]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"a,a\n1,2\n", "two columns are named `a`"),
        (b"a,,c\n1,2,3\n", "column 2 has no name"),
        (b" , \n1,2\n", "it is blank"),
        (b"a,b\n", "no rows"),
        (b"a\n" + "caf\u00e9\n".encode("cp1252"), "not UTF-8 (first at line 2)"),
        (b"\n\n", "empty"),
    ],
)
def test_a_table_that_cannot_be_used_is_rejected_with_what_to_do(read, body, sentence):
    assert sentence in read(("t.csv", body)).rejected


def test_columns_that_excel_left_empty_at_the_end_are_no_columns(read):
    assert columns(read(("t.csv", b"a,b,,\n1,2,,\n"))) == [{"a": "1", "b": "2"}]


def test_rows_beyond_the_limit_are_refused_once(read):
    outcome = read(("t.csv", b"a\n" + b"1\n" * 10), limits=intake.Limits(max_rows=3))
    assert len(outcome.good) == 3
    assert [refusal.row for refusal in outcome.refused] == [5]


def test_json_values_become_the_text_that_was_written(read):
    line = b'{"s": "x", "n": 1.10, "i": 12345678901234567890, "t": true, "z": null, "o": {"a": [1.0, "\\u00e9"]}}'
    assert columns(read(("t.jsonl", line))) == [
        {
            "s": "x",
            "n": "1.10",
            "i": "12345678901234567890",
            "t": "true",
            "z": "",
            "o": '{"a":[1.0,"\u00e9"]}',
        }
    ]


@calm
@given(
    st.dictionaries(
        st.text(min_size=1, max_size=5).filter(str.strip),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=3),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_a_json_object_is_read_or_refused_by_its_line(read, value):
    outcome = read(("t.jsonl", json.dumps(value).encode()))
    if outcome.good:
        (found,) = columns(outcome)
        assert list(found) == list(value)
        assert [
            json.loads(found[k]) for k, v in value.items() if isinstance(v, list | bool)
        ] == [v for v in value.values() if isinstance(v, list | bool)]
    else:
        assert outcome.refused[0].row == 1


def workbook(*rows):
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.create_sheet("second").append(["not", "read"])
    book.save(out)
    return out.getvalue()


def test_the_first_sheet_of_a_workbook_is_read_as_a_person_sees_it(read):
    body = workbook(
        ["id", "when", "share", "ok"],
        [1, datetime.date(2026, 1, 2), 0.25, True],
        [],
        ["2", datetime.datetime.fromisoformat("2026-01-02T03:04:05"), 2.0, None],
    )
    outcome = read(("t.xlsx", body))
    assert [record.row for record in outcome.found] == [2, 4]
    assert columns(outcome) == [
        {"id": "1", "when": "2026-01-02", "share": "0.25", "ok": "true"},
        {"id": "2", "when": "2026-01-02T03:04:05", "share": "2", "ok": ""},
    ]


def test_a_workbook_that_names_a_cell_in_the_last_corner_is_refused_and_nothing_dies(
    read,
):
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = "a"
    book.active["XFD1048576"] = "b"
    book.save(out)
    assert "too large" in read(("t.xlsx", out.getvalue())).rejected


@pytest.mark.parametrize(
    "body", [packed({"xl/workbook.xml": b"<x>"}), b"PK\3\4", b"text"]
)
def test_a_workbook_that_is_none_is_rejected(read, body):
    assert read(("t.xlsx", body)).rejected
