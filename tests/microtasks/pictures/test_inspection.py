from __future__ import annotations

import csv
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from microtasks import pictures
from microtasks.errors import InvalidInput


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return (
        struct.pack(">I", len(body))
        + kind
        + body
        + struct.pack(">I", zlib.crc32(kind + body))
    )


def saved(folder: Path, name: str, image: Image.Image, **options: object) -> Path:
    image.save(folder / name, **options)
    return folder / name


def test_every_hostile_picture_ends_as_expected(shared, tmp_path):
    generated = shared / "data/badinput/generated"
    wrong, seen = [], 0
    with (generated / "expect.tsv").open(newline="") as table:
        for row in csv.DictReader(table, delimiter="\t"):
            if row["channel"] != "image" or row["path"].endswith("img-modes/gif.gif"):
                continue  # GIF is no kind of picture that is taken
            seen += 1
            path = generated / row["path"]
            try:
                picture = pictures.inspect(path)
                taken = pictures.fits_name(picture.mime, path.name)
            except InvalidInput:
                taken = False
            if (row["expect"], taken) in {("reject", True), ("clean", False)}:
                wrong.append(row["path"])
    assert seen > 60
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
    ],
)
def test_a_fuzzed_picture_is_taken_whole_or_refused_with_a_sentence(
    shared, tmp_path, folder
):
    sentences = set()
    for path in sorted((shared / "data/badinput" / folder).iterdir()):
        try:
            picture = pictures.inspect(path)
            clean = pictures.normalise(path, tmp_path / "clean.png")
        except InvalidInput as refusal:
            sentences.add(str(refusal))
            continue
        assert (clean.width, clean.height) == (picture.width, picture.height)
    assert all(len(sentence) > 10 for sentence in sentences)


def test_the_honest_photographs_are_taken(shared):
    for path in (shared / "data/badinput/exif-samples").glob("*.jpg"):
        assert pictures.inspect(path).mime == "image/jpeg"


def test_a_picture_cut_off_at_any_tenth_is_refused(tmp_path):
    whole = saved(
        tmp_path, "whole.jpg", Image.effect_noise((300, 200), 50)
    ).read_bytes()
    for tenth in range(1, 10):
        cut = tmp_path / "cut.jpg"
        cut.write_bytes(whole[: len(whole) * tenth // 10])
        with pytest.raises(InvalidInput, match="damaged or cut off"):
            pictures.inspect(cut)


def test_a_large_flat_picture_that_is_honestly_stored_is_taken(tmp_path):
    path = saved(
        tmp_path, "wide.png", Image.new("L", (11_000, 10_000)), compress_level=0
    )
    assert pictures.inspect(path).width == 11_000


def test_the_same_pixels_squeezed_to_nothing_are_refused_undecoded(tmp_path):
    path = saved(tmp_path, "bomb.png", Image.new("1", (11_000, 10_000)))
    with pytest.raises(InvalidInput, match="no honest picture"):
        pictures.inspect(path)


def test_a_text_chunk_that_unpacks_to_megabytes_is_refused_even_after_the_pixels(
    tmp_path,
):
    path = saved(tmp_path, "text.png", Image.new("RGB", (8, 8)))
    packed = png_chunk(b"zTXt", b"note\0\0" + zlib.compress(bytes(5 << 20)))
    end = png_chunk(b"IEND", b"")
    path.write_bytes(path.read_bytes().removesuffix(end) + packed + end)
    with pytest.raises(InvalidInput, match="more than 4 MB"):
        pictures.inspect(path)


def test_an_ordinary_text_chunk_is_no_reason_to_refuse(tmp_path):
    path = saved(tmp_path, "text.png", Image.new("RGB", (8, 8)))
    packed = png_chunk(b"iTXt", b"note\0\1\0en\0Notiz\0" + zlib.compress(b"short"))
    end = png_chunk(b"IEND", b"")
    path.write_bytes(path.read_bytes().removesuffix(end) + packed + end)
    assert pictures.inspect(path).mime == "image/png"


def test_samples_that_are_no_colours_are_refused(tmp_path):
    path = saved(tmp_path, "heights.tif", Image.new("F", (8, 8)))
    with pytest.raises(InvalidInput, match="8 or 16 bits"):
        pictures.inspect(path)


def test_the_pages_of_a_tiff_are_counted(tmp_path):
    pages = [Image.new("L", (20, 10), shade) for shade in (0, 90, 200)]
    path = saved(
        tmp_path, "pages.tif", pages[0], save_all=True, append_images=pages[1:]
    )
    assert pictures.inspect(path) == pictures.Picture("image/tiff", 20, 10, 3)


def test_the_pages_of_a_pdf_are_counted_and_measured_at_200_dots_an_inch(tmp_path):
    pages = [Image.new("RGB", (200, 100), "white")] * 2
    path = saved(
        tmp_path,
        "p.pdf",
        pages[0],
        save_all=True,
        append_images=pages[1:],
        resolution=100,
    )
    assert pictures.inspect(path) == pictures.Picture("application/pdf", 400, 200, 2)


def test_a_pdf_page_of_absurd_size_is_rendered_small(tmp_path):
    path = saved(tmp_path, "p.pdf", Image.new("1", (12_000, 12_000)), resolution=72)
    picture = pictures.inspect(path)
    assert picture.width * picture.height <= 50_000_000


@pytest.mark.parametrize(
    ("mime", "name", "fits"),
    [
        ("image/png", "scan.jpg", True),
        ("image/tiff", "scan.jpg", False),
        ("application/pdf", "scan.png", False),
        ("image/tiff", "SCAN.TIF", True),
        ("image/jpeg", "scan.tif", False),
        ("image/jpeg", "scan", True),
    ],
)
def test_only_pictures_of_the_web_may_swap_names(mime, name, fits):
    assert pictures.fits_name(mime, name) is fits


@pytest.mark.parametrize("big", [False, True])
def test_the_smaller_copies_inside_an_aerial_tiff_are_no_pages(tmp_path, big):
    import pyvips

    path = tmp_path / "view.tif"
    image = pyvips.Image.black(600, 400, bands=3).copy(interpretation="srgb")
    image.tiffsave(str(path), pyramid=True, tile=True, bigtiff=big)
    assert pyvips.Image.tiffload(str(path)).get("n-pages") > 1
    assert pictures.inspect(path) == pictures.Picture("image/tiff", 600, 400, 1)


def test_a_tiff_whose_chain_of_images_is_a_loop_ends(tmp_path):
    path = saved(tmp_path, "loop.tif", Image.new("L", (8, 8)))
    body = bytearray(path.read_bytes())
    (at,) = struct.unpack_from("<L", body, 4)
    (count,) = struct.unpack_from("<H", body, at)
    struct.pack_into("<L", body, at + 2 + 12 * count, at)
    path.write_bytes(body)
    assert pictures.header(path).pages == 1
