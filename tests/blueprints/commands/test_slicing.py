"""`flask slice`: one file in, slices and slices.json out, no campaign and no database."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask
from PIL import Image

from tests.pages import Page


def test_lines_are_written_with_what_says_where_they_stand(
    app: Flask, tmp_path: Path
) -> None:
    page = Page(1000, 800)
    page.column(100, 100, 800, lines=5)
    file, out = page.save(tmp_path / "a page.png"), tmp_path / "deep" / "out"
    runner = app.test_cli_runner()
    done = runner.invoke(
        args=["slice", "--mode", "lines", str(file), "--out", str(out)]
    )
    assert done.exit_code == 0, done.output

    listed = json.loads((out / "slices.json").read_text())
    assert [line["order"] for line in listed] == list(range(5))
    for line in listed:
        assert {"id", "order", "x", "y", "width", "height", "file"} <= set(line)
        with Image.open(out / line["file"]) as cut:
            assert cut.size == (line["width"], line["height"])
            at = (line["x"], line["y"])
            box = (*at, at[0] + line["width"], at[1] + line["height"])
            assert cut.convert("L").tobytes() == page.image.crop(box).tobytes()
    names = {line["file"] for line in listed} | {"slices.json"}
    assert {path.name for path in out.iterdir()} == names


def test_a_blank_page_gives_an_empty_list_and_a_sentence(
    app: Flask, tmp_path: Path
) -> None:
    file = Page(600, 400).save(tmp_path / "blank.png")
    out = tmp_path / "out"
    args = ["slice", "--mode", "lines", str(file), "--out", str(out)]
    done = app.test_cli_runner().invoke(args=[*args, "--json"])
    assert done.exit_code == 0
    told = json.loads(done.output)
    assert told["slices"] == 0
    assert "no lines of text" in told["note"]
    assert json.loads((out / "slices.json").read_text()) == []


def test_settings_are_given_as_in_a_recipe(app: Flask, tmp_path: Path) -> None:
    file = Page(300, 200).save(tmp_path / "page.png")
    runner = app.test_cli_runner()

    def invoke(*more: str) -> str:
        args = ["slice", "--mode", "grid", str(file), "--out", str(tmp_path / "out")]
        return runner.invoke(args=[*args, *more]).output

    assert invoke("--set", "tile=100", "--set", "overlap=0") == "slices: 6\n"
    assert "does not know `size`" in invoke("--set", "size=3")
    assert "KEY=VALUE" in invoke("--set", "tile")


def test_an_unknown_mode_and_a_file_that_is_no_picture_are_refused(
    app: Flask, tmp_path: Path
) -> None:
    page, text = Page(300, 200).save(tmp_path / "page.png"), tmp_path / "text.png"
    text.write_text("no picture")
    runner = app.test_cli_runner()
    for mode, file, reason in (
        ("slabs", page, "no known way of slicing"),
        ("fields", page, "cuts records"),
        ("lines", text, "JPEG"),
    ):
        out = str(tmp_path / "out")
        done = runner.invoke(args=["slice", "--mode", mode, str(file), "--out", out])
        assert done.exit_code == 1
        assert reason in done.output
        assert "Traceback" not in done.output
