"""Every pair of colours that meets on a page can be told apart, in each of the four modes (WCAG 2.2 AA)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parent.parent / "static/css"
MODES = {
    "light": [":root"],
    "dark": [":root", "dark"],
    "light, more contrast": [":root", "more"],
    "dark, more contrast": [":root", "dark", "more", "more dark"],
}
GROUNDS = ("paper", "sheet")
TEXTS = ("ink", "ink-soft", "accent-ink", "good", "bad")
TEXT_PAIRS = [
    *((text, ground) for text in TEXTS for ground in GROUNDS),
    *(
        ("ink", ground)
        for ground in ("well", "note-soft", "accent-soft", "good-soft", "bad-soft")
    ),
    ("ink-soft", "accent-soft"),
    ("accent-ink", "accent-soft"),
    ("good", "good-soft"),
    ("bad", "bad-soft"),
    ("on-accent", "accent"),
    ("paper", "ink"),
]
SHAPE_PAIRS = [
    *((shape, ground) for shape in ("edge", "focus") for ground in GROUNDS),
    *((f"series-{n}", "sheet") for n in range(1, 6)),
    ("focus", "note-soft"),
    ("focus", "accent-soft"),
    ("edge", "well"),
]


def blocks() -> dict[str, dict[str, str]]:
    """Read tokens.css into one table of colours per mode it mentions."""
    text = (CSS / "tokens.css").read_text()
    found: dict[str, dict[str, str]] = {}
    for query, body in re.findall(r"(?:@media ([^{]+)\{\s*)?:root \{([^}]*)\}", text):
        wanted = [word for word in ("more", "dark") if word in query]
        found[" ".join(wanted) or ":root"] = dict(
            re.findall(r"--([\w-]+): (#[0-9a-f]{6});", body)
        )
    return found


def colours(mode: str) -> dict[str, str]:
    """Return the colours a browser in this mode ends up with."""
    merged: dict[str, str] = {}
    for part in MODES[mode]:
        merged |= blocks()[part]
    return merged


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG for #rrggbb."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_the_greatest_contrast():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


def test_all_four_modes_are_written():
    assert set(blocks()) == {":root", "dark", "more", "more dark"}
    assert set(blocks()["dark"]) == set(blocks()[":root"])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read(mode, text, ground):
    found = colours(mode)
    assert contrast(found[text], found[ground]) >= (
        7 if "more" in mode and text == "ink" else 4.5
    )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS)
def test_borders_rings_and_drawings_can_be_seen(mode, shape, ground):
    found = colours(mode)
    assert contrast(found[shape], found[ground]) >= 3


def test_colours_are_named_only_among_the_tokens():
    others = [path for path in CSS.glob("*.css") if path.name != "tokens.css"]
    strays = {
        path.name: re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", path.read_text())
        for path in others
    }
    assert strays.pop("base.css") == ["#000"], "print is black on paper"
    assert not any(strays.values()), strays


@pytest.mark.parametrize("path", sorted(CSS.glob("*.css")), ids=lambda path: path.name)
def test_directions_are_logical(path):
    physical = r"(?<![\w-])(?:margin|padding|border)-(?:left|right|top|bottom)|(?<![\w-])(?:left|right|top|bottom):|text-align: (?:left|right)|float: (?:left|right)"
    assert not re.findall(physical, path.read_text())


@pytest.mark.parametrize("path", sorted(CSS.glob("*.css")), ids=lambda path: path.name)
def test_every_token_that_is_used_exists(path):
    defined = set(re.findall(r"--([\w-]+):", (CSS / "tokens.css").read_text()))
    assert set(re.findall(r"var\(--([\w-]+)", path.read_text())) <= defined
