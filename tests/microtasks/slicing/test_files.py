from __future__ import annotations

import pytest
from PIL import Image

from microtasks.errors import InvalidInput
from microtasks.slicing import files


def test_the_tiles_of_a_file_put_together_are_the_file(tmp_path):
    source = Image.effect_noise((150, 100), 60).convert("RGB")
    source.save(tmp_path / "in.png")
    again = Image.new("RGB", source.size)
    listed = files.slices(tmp_path / "in.png", "grid", {"tile": 64}, tmp_path)
    for line in listed:
        with Image.open(tmp_path / line["file"]) as tile:
            assert tile.size == (line["width"], line["height"])
            again.paste(tile, (line["x"], line["y"]))
    assert [line["order"] for line in listed] == list(range(6))
    assert again.tobytes() == source.tobytes()


def test_a_way_of_slicing_records_cuts_no_picture(tmp_path):
    Image.new("RGB", (10, 10)).save(tmp_path / "in.png")
    with pytest.raises(InvalidInput, match="cuts records"):
        files.slices(tmp_path / "in.png", "fields", {}, tmp_path)
