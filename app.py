"""Manyhands' assembly: from a configuration to a running site, in the order in which a request passes through."""

from __future__ import annotations

from flask import Flask

import blueprints
from blueprints import (
    _database,
    _errands,
    _errors,
    _htmx,
    _markdown,
    _people,
    _secrets,
    _security,
    _stylesheet,
    accounts,
    campaigns,
    commands,
    crowds,
    datasets,
    health,
    invitations,
    me,
    media,
    operator,
    organisations,
    public,
    reports,
    resets,
    review,
    uploads,
    work,
)
from config import Config, flask_settings


def create_app(config: Config | None = None) -> Flask:
    """Put the site together; without a configuration it is read from the environment."""
    config = config or Config.from_environment()
    root = blueprints.__path__[0] + "/.."
    app = Flask("manyhands", root_path=root, instance_path=str(config.instance))
    app.config.from_mapping(
        flask_settings(config, _secrets.secret_key(config)), MANYHANDS=config
    )
    config.instance.mkdir(parents=True, exist_ok=True)
    for part in (
        _security,
        _errors,
        _database,
        _people,
        _htmx,
        _markdown,
        _stylesheet,
        _errands,
    ):
        part.init_app(app)
    for pages in (
        public,
        work,
        media,
        accounts,
        resets,
        me,
        invitations,
        organisations,
        operator,
        campaigns,
        uploads,
        review,
        reports,
        health,
        datasets,
        crowds,
    ):
        app.register_blueprint(pages.bp)
    commands.init_app(app)
    return app
