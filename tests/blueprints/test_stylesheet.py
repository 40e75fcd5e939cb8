"""Pages name their files by content, so that a phone fetches each of them once."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask import Flask

from blueprints import _stylesheet

ROOT = Path(__file__).parents[2]


@pytest.fixture
def skin():
    """A site that is nothing but its look."""
    app = Flask("skin", root_path=str(ROOT))
    _stylesheet.init_app(app)
    return app


def address(app: Flask, expression: str) -> str:
    with app.test_request_context():
        return app.jinja_env.from_string("{{ " + expression + " }}").render()


def test_all_parts_travel_as_one_stylesheet_that_may_be_kept(skin):
    answer = skin.test_client().get(address(skin, "stylesheet_url()"))
    assert answer.mimetype == "text/css"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for part in (ROOT / "static/css").glob("*.css"):
        assert part.read_text() in answer.text


def test_a_page_of_an_older_release_gets_a_style_that_it_may_not_keep(skin):
    answer = skin.test_client().get("/static/site-000000000000.css")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


def test_the_stylesheet_stays_small(skin):
    answer = skin.test_client().get(address(skin, "stylesheet_url()"))
    assert len(gzip.compress(answer.data)) <= 12_000


def test_a_versioned_file_may_be_kept_for_ever(skin):
    url = address(skin, "asset('js/keys.js')")
    with skin.test_client().get(url) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("query", ["", "?v=", "?v=000000000000"])
def test_a_file_asked_for_without_its_true_version_is_not_kept(skin, query):
    address(skin, "asset('js/keys.js')")
    with skin.test_client().get("/static/js/keys.js" + query) as answer:
        assert "immutable" not in answer.headers["Cache-Control"]


def test_a_page_that_this_site_has_not_has_no_address(skin):
    assert address(skin, "page_url('operator.index') is none") == "True"
