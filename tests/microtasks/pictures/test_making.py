from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from microtasks import pictures
from microtasks.errors import InvalidInput
from microtasks.slicing import Region

PRIVATE = (
    b"Exif",
    b"GPS",
    b"http://ns.adobe.com",
    b"8BIM",
    b"tEXt",
    b"zTXt",
    b"iTXt",
    b"eXIf",
    b"ICC_PROFILE",
    b"iCCP",
    b"XMP ",
    b"<script",
)


def private(shared: Path) -> list[Path]:
    generated = shared / "data/badinput/generated"
    names = ["jpg_html_tail.jpg", "jpg_com_script.jpg"]
    return [
        *sorted((generated / "img-private").iterdir()),
        *(generated / "img-wrong-type" / name for name in names),
        *sorted((shared / "data/badinput/exif-samples").iterdir()),
    ]


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_nothing_but_pixels_leaves_the_house(shared, tmp_path, suffix):
    out = tmp_path / f"out{suffix}"
    checked = 0
    for path in private(shared):
        picture = pictures.normalise(path, out)
        whole = out.read_bytes()
        side = min(picture.width, picture.height, 50)
        pictures.crop(path, Region(0, 0, side, side), out)
        for written in (whole, out.read_bytes()):
            assert [mark for mark in PRIVATE if mark in written] == [], path.name
        with Image.open(out) as image:
            assert not image.getexif()
            assert "icc_profile" not in image.info
        checked += 1
    assert checked > 12


@pytest.mark.parametrize(
    ("name", "corner"), [("orient_6.jpg", "top right"), ("orient_8.jpg", "bottom left")]
)
def test_the_red_mark_is_where_the_photographer_saw_it(shared, tmp_path, name, corner):
    path = shared / "data/badinput/generated/img-private" / name
    picture = pictures.inspect(path)
    assert (picture.width, picture.height) == (64, 96)

    x = 0 if corner.endswith("left") else 64 - 10
    y = 0 if corner.startswith("top") else 96 - 10
    pictures.normalise(path, tmp_path / "all.png")
    pictures.crop(path, Region(x, y, 10, 10), tmp_path / "corner.png")
    with Image.open(tmp_path / "all.png") as image:
        assert is_red(image.getpixel((x + 4, y + 4)))
    with Image.open(tmp_path / "corner.png") as image:
        assert is_red(image.getpixel((4, 4)))


def is_red(colour: tuple[int, ...]) -> bool:
    return colour[0] > 150 and max(colour[1:3]) < 100


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_every_mode_becomes_eight_bits_of_srgb(tmp_path, mode, suffix):
    path = tmp_path / ("in.tif" if mode == "CMYK" else "in.png")
    Image.new(mode, (60, 40)).save(path)
    out = tmp_path / f"out{suffix}"
    assert pictures.normalise(path, out).width == 60
    with Image.open(out) as image:
        assert image.mode in {"RGB", "RGBA"}
        assert image.size == (60, 40)


def test_sixteen_bits_of_grey_keep_their_shade(tmp_path):
    Image.new("I;16", (4, 4), 0x8080).save(tmp_path / "in.png")
    pictures.normalise(tmp_path / "in.png", tmp_path / "out.png")
    with Image.open(tmp_path / "out.png") as image:
        assert abs(image.getpixel((1, 1))[0] - 0x80) <= 1


def test_what_is_transparent_becomes_white_paper_in_a_jpeg(tmp_path):
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(tmp_path / "in.png")
    pictures.normalise(tmp_path / "in.png", tmp_path / "out.jpg")
    with Image.open(tmp_path / "out.jpg") as image:
        assert min(image.getpixel((1, 1))) > 250


def test_crops_put_together_are_the_picture(tmp_path):
    source = Image.effect_noise((130, 70), 80).convert("RGB")
    source.save(tmp_path / "in.png")
    regions = [
        Region(x, y, min(64, 130 - x), min(64, 70 - y))
        for y in (0, 64)
        for x in (0, 64, 128)
    ]
    wanted = [(region, tmp_path / f"{n}.png") for n, region in enumerate(regions)]
    pictures.crops(tmp_path / "in.png", wanted)

    again = Image.new("RGB", source.size)
    for region, path in wanted:
        with Image.open(path) as piece:
            again.paste(piece, (region.x, region.y))
    assert again.tobytes() == source.tobytes()


def test_a_crop_is_made_no_longer_than_asked(tmp_path):
    Image.new("RGB", (400, 200)).save(tmp_path / "in.png")
    pictures.crop(
        tmp_path / "in.png", Region(0, 0, 400, 200), tmp_path / "out.jpg", 100
    )
    with Image.open(tmp_path / "out.jpg") as image:
        assert image.size == (100, 50)


@pytest.mark.parametrize(
    "region", [Region(0, 0, 11, 5), Region(-1, 0, 5, 5), Region(0, 0, 0, 5)]
)
def test_a_region_outside_the_picture_is_refused(tmp_path, region):
    Image.new("RGB", (10, 10)).save(tmp_path / "in.png")
    with pytest.raises(InvalidInput, match="not inside"):
        pictures.crop(tmp_path / "in.png", region, tmp_path / "out.png")


def test_each_page_becomes_a_picture_of_its_own(tmp_path):
    pages = [Image.new("RGB", (100, 50), shade) for shade in ("black", "white")]
    for name in ("p.tif", "p.pdf"):
        pages[0].save(
            tmp_path / name, save_all=True, append_images=pages[1:], resolution=100
        )
        shades = []
        for number in range(2):
            out = tmp_path / f"{number}.png"
            assert pictures.extract(tmp_path / name, number, out).mime == "image/png"
            with Image.open(out) as image:
                shades.append(image.convert("L").getpixel((20, 20)))
        assert shades == [0, 255]


def test_a_damaged_picture_leaves_no_half_written_file(shared, tmp_path):
    path = shared / "data/badinput/generated/img-broken/cut_50.jpg"
    with pytest.raises(InvalidInput, match="damaged"):
        pictures.normalise(path, tmp_path / "out.jpg")
    assert list(tmp_path.iterdir()) == []
