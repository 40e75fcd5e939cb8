from __future__ import annotations

import pytest

from microtasks import intake
from tests.microtasks.intake.conftest import packed, picture

MANIFEST = b"file,year\nb.png,1906\nmissing.png,1907\na.png,1905\n,1908\na.png,1909\n"
SCANS = {
    "scans/a.png": picture(10),
    "scans/b.png": picture(20),
    "scans/c.png": picture(30),
}


def summary(outcome):
    return [
        (f.file, f.row, f.column)
        if isinstance(f, intake.Refusal)
        else (f.file, dict(f.columns))
        for f in outcome.found
    ]


WANTED = [
    ("scans/b.png", {"file": "b.png", "year": "1906"}),
    ("list.csv", 3, "file"),
    ("scans/a.png", {"file": "a.png", "year": "1905"}),
    ("list.csv", 5, "file"),
    ("list.csv", 6, "file"),
    ("scans/c.png", {}),
]


def test_a_manifest_in_the_archive_gives_order_columns_and_refusals(read):
    assert (
        summary(read(("scans.zip", packed({**SCANS, "list.csv": MANIFEST})))) == WANTED
    )


def test_a_manifest_beside_the_archive_does_the_same(read):
    assert summary(read(("scans.zip", packed(SCANS)), ("list.csv", MANIFEST))) == WANTED


def test_a_manifest_beside_loose_pictures_does_the_same(read):
    assert summary(read(*SCANS.items(), ("list.csv", MANIFEST))) == WANTED


def test_a_column_of_any_name_whose_cells_name_the_pictures_makes_a_manifest(read):
    outcome = read(
        ("scans.zip", packed({**SCANS, "list.csv": b"no,scan\n1,C.PNG\n2,a.png\n"}))
    )
    assert [f.file for f in outcome.found] == [
        "scans/c.png",
        "scans/a.png",
        "scans/b.png",
    ]
    assert outcome.found[0].columns == {"no": "1", "scan": "C.PNG"}


def test_a_table_that_names_no_picture_is_refused_beside_pictures(read):
    outcome = read(("scans.zip", packed({**SCANS, "other.csv": b"a,b\n1,2\n"})))
    (refusal,) = outcome.refused
    assert refusal.file == "other.csv"
    assert "names none of the pictures" in refusal.reason
    assert len(outcome.good) == 3


def test_an_archive_of_tables_gives_their_records(read):
    outcome = read(
        ("tables.zip", packed({"a.csv": b"x\n1\n2\n", "b.jsonl": b'{"y": 3}\n'}))
    )
    assert [(f.file, f.row, dict(f.columns)) for f in outcome.found] == [
        ("a.csv", 2, {"x": "1"}),
        ("a.csv", 3, {"x": "2"}),
        ("b.jsonl", 1, {"y": "3"}),
    ]


@pytest.mark.parametrize("kind", ["TIFF", "PDF"])
def test_each_page_is_a_source_with_the_manifests_columns(read, kind):
    name = f"book.{kind.lower()}"
    files = {
        name: picture(kind=kind, pages=3),
        "list.csv": f"file,shelf\n{name},7\n".encode(),
    }
    outcome = read(("scans.zip", packed(files)))
    assert [(f.file, f.page, f.mime, f.columns["shelf"]) for f in outcome.found] == [
        (name, page, "image/png", "7") for page in (1, 2, 3)
    ]


def test_a_tiff_of_one_page_stays_as_it_is(read):
    (image,) = read(("scan.tif", picture(kind="TIFF"))).found
    assert (image.mime, image.page) == ("image/tiff", None)


def test_a_reading_may_start_anywhere_and_finds_the_same(read):
    files = {
        **SCANS,
        "list.csv": MANIFEST,
        "book.tif": picture(kind="TIFF", pages=3),
        "bad.jpg": b"\xff\xd8\xff",
        ".DS_Store": b"x",
    }
    upload = ("scans.zip", packed(files))
    whole = [(type(f), f.file, getattr(f, "page", None)) for f in read(upload).found]
    assert len(whole) == 11
    for start in range(len(whole) + 1):
        rest = read(upload, start=start)
        assert [
            (type(f), f.file, getattr(f, "page", None)) for f in rest.found
        ] == whole[start:]
        assert rest.rejected is None


def test_what_was_passed_over_is_not_unpacked_again(read, tmp_path):
    files = {f"{n}.png": picture(n, size=(2000, 2000)) for n in range(3)}
    path = tmp_path / "scans.zip"
    path.write_bytes(packed(files, method=0))
    reading = intake.read(path, "scans.zip", intake.Limits(), tmp_path, start=2)
    broken = bytearray(path.read_bytes())
    broken[100:200] = bytes(100)  # in the first picture
    path.write_bytes(broken)
    (image,) = reading
    assert image.file == "2.png"


def test_a_single_picture_that_is_damaged_is_listed_and_rejected_with_the_reason(read):
    outcome = read(("scan.jpg", picture(kind="JPEG")[:200]))
    assert outcome.rejected == outcome.refused[0].reason
    assert "damaged" in outcome.rejected


def test_an_archive_of_which_nothing_can_be_used_lists_each_member_and_is_rejected(
    read,
):
    outcome = read(
        ("x.zip", packed({"a.txt": b"hello", "b.jpg": b"no", "c.zip": packed(SCANS)}))
    )
    assert [refusal.file for refusal in outcome.refused] == ["a.txt", "b.jpg", "c.zip"]
    assert outcome.rejected


def test_a_file_of_no_known_kind_is_told_what_is_taken(read):
    assert (
        "JPEG, PNG, WebP, TIFF or PDF"
        in read(("letter.docx.txt", b"Dear all")).rejected
    )


@pytest.mark.parametrize("kind", ["TIFF", "PDF"])
def test_pages_under_the_name_of_a_picture_are_refused_and_not_cut_short(read, kind):
    assert (
        "name it .pdf or .tif"
        in read(("scan.gif", picture(kind=kind, pages=2))).rejected
    )
