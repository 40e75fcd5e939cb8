from __future__ import annotations

import io
import stat
import struct
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from microtasks import intake
from tests.microtasks.intake.conftest import packed, picture

GOOD = {"a.png": picture(10), "b.png": picture(20)}


def test_pictures_come_in_the_archives_order_with_what_they_are(read):
    outcome = read(
        (
            "scans.zip",
            packed({"z.png": picture(), "deep/er/a.jpg": picture(kind="JPEG")}),
        )
    )
    assert [(f.file, f.mime, f.width, f.height) for f in outcome.found] == [
        ("z.png", "image/png", 30, 20),
        ("deep/er/a.jpg", "image/jpeg", 30, 20),
    ]


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_an_archive_with_any_bytes_changed_never_breaks_the_reader(read, data):
    whole = bytearray(packed(GOOD))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(
            st.integers(0, 255)
        )
    outcome = read(("scans.zip", bytes(whole)))
    assert outcome.found or outcome.rejected


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.floats(0, 0.999))
def test_an_archive_cut_off_anywhere_is_rejected(read, share):
    whole = packed(GOOD)
    assert read(("scans.zip", whole[: int(len(whole) * share)])).rejected


def test_an_archive_of_the_large_kind_is_read(read):
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w") as archive,
        archive.open("a.png", "w", force_zip64=True) as member,
    ):
        member.write(picture())
    assert read(("scans.zip", out.getvalue())).word == "clean"


def test_more_members_than_the_limit_reject_the_archive(read):
    limits = intake.Limits(max_members=1)
    assert (
        "more than 1 files" in read(("scans.zip", packed(GOOD)), limits=limits).rejected
    )


def test_more_bytes_than_the_limit_reject_the_archive(read):
    limits = intake.Limits(max_total_bytes=100)
    assert "at most 100" in read(("scans.zip", packed(GOOD)), limits=limits).rejected


def test_a_member_that_is_too_large_is_refused_and_the_others_kept(read):
    members = {**GOOD, "huge.png": bytes(range(256)) * 100}
    outcome = read(
        ("scans.zip", packed(members)), limits=intake.Limits(max_member_bytes=20_000)
    )
    assert [refusal.file for refusal in outcome.refused] == ["huge.png"]
    assert len(outcome.good) == 2


def test_a_locked_member_is_refused_by_name(read):
    whole = bytearray(packed({"a.png": picture()}))
    directory = whole.index(b"PK\1\2")
    whole[directory + 8] |= 1
    assert "locked" in read(("scans.zip", bytes(whole))).rejected


def test_a_device_in_an_archive_is_no_file(read):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        device = zipfile.ZipInfo("tty.png")
        device.external_attr = (stat.S_IFCHR | 0o644) << 16
        archive.writestr(device, picture())
        archive.writestr("a.png", picture())
    (refusal,) = read(("scans.zip", out.getvalue())).refused
    assert "device" in refusal.reason


def test_a_member_listed_twice_in_the_directory_is_an_overlap(read):
    whole = packed({"a.png": picture()})
    start, end = whole.index(b"PK\1\2"), whole.index(b"PK\5\6")
    entry = whole[start:end]
    tail = bytearray(whole[end:])
    struct.pack_into("<HHL", tail, 8, 2, 2, 2 * len(entry))
    assert (
        "overlap"
        in read(("scans.zip", whole[:start] + entry * 2 + bytes(tail))).rejected
    )


@pytest.mark.parametrize("name", ["a\u202egnp.png", "tab\t.png", "zero\u200bwidth.png"])
def test_no_character_that_misleads_is_shown_in_a_name(read, name):
    (image,) = read(("scans.zip", packed({name: picture()}))).found
    assert not set("\u202e\t\u200b") & set(image.file)


def test_names_of_other_scripts_survive_without_the_flag(read):
    out = packed({"caf\u00e9.png": picture()})
    for flag in (out, out.replace(struct.pack("<H", 0x800), b"\0\0")):
        (image,) = read(("scans.zip", flag)).found
        assert image.file == "caf\u00e9.png"


def test_a_name_in_two_archives_stays_apart(read):
    outcome = read(
        ("one.zip", packed({"a.png": picture()})),
        ("two.zip", packed({"a.png": picture()})),
    )
    assert [image.file for image in outcome.found] == ["one.zip/a.png", "two.zip/a.png"]
