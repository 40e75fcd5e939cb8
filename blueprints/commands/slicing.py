"""`flask slice`: cut one picture into slices on disk, without a campaign or a database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from microtasks.errors import MicrotaskError, NothingToCut
from microtasks.slicing import files, slicers

_MODES = [mode for mode, slicer in slicers().items() if "image" in slicer.takes]


@click.command("slice")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mode", required=True, help=f"How to cut: {', '.join(_MODES)}.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder for slices.json and the slices; made if it is missing.",
)
@click.option(
    "--set",
    "given",
    multiple=True,
    metavar="KEY=VALUE",
    help="A setting of this way of slicing, as in a recipe's `slice`; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def slice_(
    file: Path, mode: str, out: Path, given: tuple[str, ...], as_json: bool
) -> None:
    """Cut FILE, a picture, and write slices.json with a picture for each slice."""
    try:
        listed, note = _slices(file, mode, dict(map(_setting, given)), out)
    except MicrotaskError as error:
        raise click.ClickException(str(error)) from None
    (out / "slices.json").write_text(json.dumps(listed, indent=1) + "\n", "utf-8")
    if as_json:
        click.echo(json.dumps({"slices": len(listed), "note": note}))
        return
    click.echo(note or f"slices: {len(listed)}")


def _slices(
    file: Path, mode: str, settings: dict[str, Any], out: Path
) -> tuple[list[dict[str, Any]], str]:
    """Return what was cut, or nothing and the sentence that says why."""
    out.mkdir(parents=True, exist_ok=True)
    try:
        return files.slices(file, mode, settings, out), ""
    except NothingToCut as nothing:
        return [], str(nothing)


def _setting(text: str) -> tuple[str, Any]:
    name, sign, value = text.partition("=")
    if not sign:
        raise click.UsageError(f"--set takes KEY=VALUE, not {text!r}")
    return name.strip(), int(value) if value.strip().isdecimal() else value.strip()
