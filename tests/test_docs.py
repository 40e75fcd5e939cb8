"""The documents say what is there: every setting, command, target and column; links lead somewhere; examples run."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from config import Config
from microtasks import questions, slicing
from microtasks.datasets import layout
from microtasks.datasets.formats import formats
from microtasks.datasets.readme import _STATUS
from microtasks.uploads import QUOTA

ROOT = Path(__file__).resolve().parents[1]
OPERATING = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
SCIENTIST = (ROOT / "docs/scientist.md").read_text(encoding="utf-8")
RECIPE = (ROOT / "docs/recipe.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

#: Commands that come with Flask and its extensions.
FOREIGN = {"db", "limiter", "routes", "run", "shell"}
#: What no tracked file may hold: addresses of one machine, or of one package registry.
FORBIDDEN = (
    r"(?<![\w./-])/(work|root|home/\w+|Users/\w+)/",
    r"\.library\b",
    r"files\.pythonhosted\.org|pypi\.org/simple|registry\.npmjs\.org|index-url",
)
#: Makers of names, and tests that must name what they forbid.
EXEMPT = {"tests/test_docs.py"}


def section(page: str, heading: str) -> str:
    """What stands under a heading of a page, up to the next one."""
    found = re.search(
        rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", page, re.DOTALL | re.MULTILINE
    )
    assert found, f"there is no section {heading}"
    return found[1]


def row(page: str, name: str) -> list[str]:
    """The cells of the table's row that begins with a name in code."""
    found = re.search(rf"^\| `{re.escape(name)}` \|(.*)\|$", page, re.MULTILINE)
    assert found, f"no table has a row for {name}"
    return [cell.strip() for cell in found[1].split(" | ")]


def commands(
    group: click.Group, path: str = "flask"
) -> Iterator[tuple[str, click.Command]]:
    """All commands of ours under a group, with their whole names."""
    for name, command in group.commands.items():
        if path == "flask" and name in FOREIGN:
            continue
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


@pytest.mark.parametrize("setting", fields(Config), ids=lambda field: field.name)
def test_every_setting_stands_with_its_meaning_and_default(setting) -> None:
    default, meaning = row(OPERATING, setting.name.upper())
    begun = re.split(r"; |, or ", setting.metadata["meaning"])[0]
    assert meaning.replace("`", "").startswith(begun)
    if setting.default not in ("", True):
        assert f"`{setting.default}`" == default


def test_no_setting_is_documented_that_does_not_exist() -> None:
    table = section(OPERATING, "Settings")
    named = set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))
    assert named == {field.name.upper() for field in fields(Config)}


def test_every_command_has_a_section_with_all_its_options(app: Flask) -> None:
    found = dict(commands(app.cli))
    assert len(found) > 12
    for name, command in found.items():
        told = section(OPERATING, f"`{name}`")
        options = [
            option.opts[0]
            for option in command.params
            if isinstance(option, click.Option) and not option.hidden
        ]
        assert [name for name in options if f"`{name}`" not in told] == []


def test_no_command_is_documented_that_does_not_exist(app: Flask) -> None:
    told = re.findall(r"^### `(flask [\w -]+)`$", OPERATING, re.MULTILINE)
    assert sorted(told) == sorted(dict(commands(app.cli)))


def test_every_make_target_is_documented_and_no_other() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    told = re.findall(r"^\| `make ([\w-]+)` \|", OPERATING, re.MULTILINE)
    assert sorted(told) == sorted(phony[1].split())


@pytest.mark.parametrize("name", list(formats()))
def test_every_format_of_export_is_documented(name: str) -> None:
    assert row(OPERATING, name) == [formats()[name].meaning]


@pytest.mark.parametrize("name", [*questions.kinds(), *slicing.slicers()])
def test_every_kind_of_question_and_way_of_slicing_is_documented(name: str) -> None:
    assert section(RECIPE, f"`{name}`").strip()


@pytest.mark.parametrize("table", layout.FIXED, ids=lambda table: table.file)
def test_every_column_of_a_data_set_is_explained_and_no_other(table) -> None:
    rows = re.findall(
        r"^\| (`.*?) \| .* \|$", section(SCIENTIST, f"`{table.file}`"), re.MULTILINE
    )
    told = [name for cell in rows for name in re.findall(r"`(\w+)`", cell)]
    statuses = [name for name in told if name in _STATUS and name not in table.names]
    assert [name for name in told if name not in statuses] == table.names


def test_every_status_of_a_slice_is_explained() -> None:
    assert [name for name in _STATUS if not row(SCIENTIST, name)] == []


def test_every_file_of_a_data_set_is_listed() -> None:
    listed = section(SCIENTIST, "The files")
    assert [
        each.file for each in layout.FIXED if f"| `{each.file}` |" not in listed
    ] == []


def test_the_limits_of_uploads_are_the_ones_told() -> None:
    told = section(OPERATING, "Limits")
    for number in (QUOTA.uploads, QUOTA.files_per_upload, QUOTA.cards):
        assert f"{number:,}" in told
    assert f"{QUOTA.bytes >> 30} GiB" in told


def anchor(heading: str) -> str:
    """The address that a heading gets on a page."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if re.match(r"https?://", target):
            continue
        path, _, fragment = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name} links to {target}"
        if fragment:
            headings = re.findall(r"^#+ (.*)$", file.read_text("utf-8"), re.MULTILINE)
            assert fragment in map(anchor, headings), f"{page.name} links to {target}"


def test_every_decision_is_listed_under_its_own_number() -> None:
    folder = ROOT / "docs/decisions"
    files = sorted(path.name for path in folder.glob("[0-9]*.md"))
    listed = re.findall(r"\((\d{3}-[\w-]+\.md)\)", (folder / "README.md").read_text())
    assert listed == files
    assert [name[:3] for name in files] == [f"{n:03}" for n in range(1, len(files) + 1)]


def test_the_readme_names_its_commands_and_its_picture() -> None:
    assert "make run" in README
    assert "make test" in README
    picture = ROOT / "docs/pictures/card.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < 200_000


def test_the_five_minutes_of_the_readme_run(
    runner: FlaskCliRunner, tmp_path: Path
) -> None:
    for language, name in (("toml", "flood.toml"), ("csv", "messages.csv")):
        found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
        assert found
        (tmp_path / name).write_text(found[1], encoding="utf-8")
    told = run(runner, tmp_path, r"campaign create .*", "--json")
    assert (told["slug"], told["cards"], told["refused"]) == (
        "sort-flood-messages",
        3,
        [],
    )
    assert run(runner, tmp_path, r"campaign status .*", "--json")["state"] == "open"
    run(runner, tmp_path, r"campaign export .*", "--json")
    assert run(runner, tmp_path, r"consensus .*", "--json")["slices"] == 3
    with zipfile.ZipFile(tmp_path / "flood.zip") as data_set:
        assert data_set.read("consensus.csv") == (tmp_path / "again.csv").read_bytes()


def run(
    runner: FlaskCliRunner, folder: Path, pattern: str, *also: str
) -> dict[str, object]:
    """Run the README's command that fits a pattern in a folder; what it printed as JSON."""
    line = re.search(rf"^ +\.venv/bin/flask ({pattern})$", README, re.MULTILINE)
    assert line
    words = [
        str(folder / word) if re.search(r"\.(toml|csv|zip)$", word) else word
        for word in line[1].split()
    ]
    done = runner.invoke(args=[*words, *also])
    assert done.exit_code == 0, done.output
    printed: dict[str, object] = json.loads(done.stdout)
    return printed


def tracked() -> list[Path]:
    """The files under version control that hold text."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)  # fmt: skip
    if listed.returncode:
        pytest.skip("this is no clone: what is tracked cannot be told")
    names = [name for name in listed.stdout.split("\0") if name and name not in EXEMPT]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def test_no_tracked_file_names_one_machine_or_one_registry() -> None:
    barred = re.compile("|".join(FORBIDDEN))
    found = []
    for path in tracked():
        body = path.read_bytes()
        if b"\0" in body[:8000]:
            continue
        for number, line in enumerate(body.decode("utf-8").splitlines(), start=1):
            if barred.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    assert found == []
