"""Safe Markdown: what coordinators write reaches volunteers as words, never as live markup."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints import _markdown


class Seen(HTMLParser):
    """The elements and attributes that a browser would see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(str(text))
        self.close()

    def handle_starttag(
        self, tag: str, attributes: list[tuple[str, str | None]]
    ) -> None:
        self.tags.append(tag)
        self.attributes.extend(attributes)

    def handle_data(self, words: str) -> None:
        self.words += words


def _is_harmless(text: str) -> bool:
    seen = Seen(_markdown.render(text))
    links = [value or "" for name, value in seen.attributes if name == "href"]
    return (
        set(seen.tags) <= _markdown._TAGS
        and {name for name, _ in seen.attributes} <= {"href", "rel", "start"}
        and all(
            ":" not in link or link.startswith(("http:", "https:", "mailto:"))
            for link in links
        )
    )


@pytest.mark.parametrize(
    "file", ["xss.jsonl", "htmx.jsonl", "template.jsonl", "unicode.jsonl"]
)
def test_each_sample_is_harmless_and_keeps_its_words(shared: Path, file: str) -> None:
    for line in (
        (shared / "data/badinput/generated/fields" / file).read_text().splitlines()
    ):
        payload = json.loads(line)
        for text in (
            payload,
            f"# {payload}",
            f"[{payload}](https://a.org)",
            f"| a |\n|---|\n| {payload} |",
        ):
            assert _is_harmless(text), payload
        if file == "htmx.jsonl":
            assert payload in Seen(_markdown.render(payload)).words


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "&#106;avascript:x",
    ],
)
def test_a_link_that_runs_is_no_link(link: str) -> None:
    for text in (f"[x]({link})", f"<{link}>", f"[x][1]\n\n[1]: {link}"):
        assert _is_harmless(text)
        assert "href" not in _markdown.render(text)


def test_what_is_meant_is_kept() -> None:
    page = _markdown.render(
        "# Title\n\nTap **water** or ~~nothing~~.\n\n1. one\n2. two\n\n[more](https://a.org/x?a=1&b=2)"
    )
    assert "<h2>Title</h2>" in page
    assert "<strong>water</strong>" in page
    assert "<s>nothing</s>" in page
    assert page.count("<li>") == 2
    assert (
        '<a href="https://a.org/x?a=1&amp;b=2" rel="noopener nofollow ugc">more</a>'
        in page
    )


def test_a_picture_from_elsewhere_is_not_loaded() -> None:
    page = _markdown.render("![look](https://evil.example/track.png)")
    assert "<img" not in page
    assert "look" in page


@settings(max_examples=100, deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from(list("<>\"'=/:()[]!#*`~|-\n &;xonjavscript")),
        max_size=60,
    )
)
def test_nothing_that_can_be_typed_is_live(text: str) -> None:
    assert _is_harmless(text)
