"""Reading a zip that may come from anywhere: what is wrong is said, and nothing runs away."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from microtasks.datasets import packing, read
from microtasks.datasets.read import UnreadableDataSet
from tests import bundles
from tests.bundles import piece, said

Change = Callable[[dict[str, bytes]], object]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, bytes]:
    card = piece("a")
    folder = tmp_path / "files"
    folder.mkdir()
    bundles.write(bundles.bundle([card], [said(card, "v1", "water")]), folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def read_back(files: dict[str, bytes], path: Path) -> object:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    with read.zipped(path) as shelf:
        return read.bundle(shelf)


def test_a_zip_of_ours_is_read(files: dict[str, bytes], tmp_path: Path) -> None:
    assert read_back(files, tmp_path / "x.zip")


def put(name: str, before: bytes, after: bytes) -> Change:
    def change(files: dict[str, bytes]) -> None:
        assert before in files[name]
        files[name] = files[name].replace(before, after)

    return change


@pytest.mark.parametrize(
    ("change", "said_of_it"),
    [
        (lambda files: files.pop("slices.csv"), "no data set of Manyhands: it has no slices.csv"),
        (lambda files: files.clear(), "it has no recipe.toml"),
        (put("recipe.toml", b"[[stage]]", b"[[stage"), "recipe.toml: this is not TOML"),
        (put("answers.csv", b"volunteer", b"person"), "answers.csv: the columns must be source"),
        (put("answers.csv", b"2027-03-01T12", b"yesterday"), "answers.csv, row 2: Invalid isoformat"),
        (put("answers.csv", b"a,need", b"b,need"), "answers.csv: there is no slice"),
        (put("answers.csv", b"a,need", b"a,want"), "answers.csv, row 2: the recipe has no stage 'want'"),
        (put("answers.csv", b"false,true", b"maybe,true"), "row 2: 'maybe' is neither true nor false"),
        (put("answers.csv", b"a,need", b"a,b,need"), "row 2: 13 cells under 12 columns"),
        (put("slices.csv", b"a,need", b"b,need"), "slices.csv: there is no source 'b'"),
        (put("slices.csv", b",0,,,,,", b",first,,,,,"), "slices.csv, row 2: invalid literal"),
        (put("sources.csv", b"a,", b"\xff\xfe,"), "sources.csv: 'utf-8' codec"),
        (put("sources.csv", b"a,,", b'"a,,'), "sources.csv, row 2: unexpected end of data"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_file_and_row(
    files: dict[str, bytes], tmp_path: Path, change: Change, said_of_it: str
) -> None:
    change(files)
    with pytest.raises(UnreadableDataSet) as refusal:
        read_back(files, tmp_path / "x.zip")
    assert said_of_it in str(refusal.value)


def test_a_zip_that_unpacks_to_too_much_is_refused_unread(
    files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "MOST_BYTES", 10_000)
    files["answers.csv"] += b"\n" * 10_000
    with pytest.raises(UnreadableDataSet, match="unpack to more than"):
        read_back(files, tmp_path / "x.zip")


def test_one_name_twice_or_too_many_names_are_refused(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("recipe.toml", "")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("recipe.toml", "")
    with pytest.raises(UnreadableDataSet, match="one name twice"), read.zipped(path):
        pass
    many = files | {f"{n}.txt": b"" for n in range(read.MOST_MEMBERS)}
    with pytest.raises(UnreadableDataSet, match="too many files"):
        read_back(many, path)


def test_members_with_paths_are_never_written_anywhere(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    before = sorted(tmp_path.rglob("*"))
    read_back(files | {"../../evil.txt": b"x", "/etc/evil": b"x"}, tmp_path / "x.zip")
    assert sorted(tmp_path.rglob("*")) == sorted([*before, tmp_path / "x.zip"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.data())
def test_a_damaged_zip_is_read_as_it_was_or_refused(
    files: dict[str, bytes], tmp_path: Path, data: st.DataObject
) -> None:
    path = tmp_path / "x.zip"
    whole = read_back(files, path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))  # fmt: skip
    path.write_bytes(content)
    try:
        with read.zipped(path) as shelf:
            assert read.bundle(shelf) == whole
    except UnreadableDataSet:
        pass


def test_the_badly_made_archives_are_refused(shared: Path) -> None:
    archives = sorted((shared / "data/badinput").rglob("*.zip"))
    assert archives
    for path in archives:
        with pytest.raises(UnreadableDataSet), read.zipped(path) as shelf:
            read.bundle(shelf)


def test_packing_writes_what_sha256sum_checks(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"abc")
    packing.write_sums(tmp_path)
    line = (tmp_path / "SHA256SUMS").read_text()
    assert line == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.txt\n"  # fmt: skip
