"""Campaigns from inside: listing, describing, leading and watching them."""

from __future__ import annotations

from flask import Blueprint

from blueprints.campaigns import changing, describing, leading, watching

bp = Blueprint("campaigns", __name__, url_prefix="/manage")

_BOTH = ["GET", "POST"]
for _rule, _view, _methods in (
    ("/", leading.index, None),
    ("/new", describing.new, _BOTH),
    ("/new/recipe", describing.paste, ["POST"]),
    ("/words", changing.words, ["POST"]),
    ("/<slug>/", leading.show, None),
    ("/<slug>/state", leading.change_state, ["POST"]),
    ("/<slug>/delete", leading.delete, ["POST"]),
    ("/<slug>/settings", changing.edit, _BOTH),
    ("/<slug>/recipe.toml", changing.recipe_file, None),
    ("/<slug>/preview", watching.preview, None),
    ("/<slug>/cards/<card>/picture", watching.picture, None),
    ("/<slug>/progress", watching.progress, None),
):
    bp.add_url_rule(_rule, view_func=_view, methods=_methods)
