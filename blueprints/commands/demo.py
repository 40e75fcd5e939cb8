"""Loads the demonstration: three small campaigns, so that volunteers, coordinators and scientists see their side at once."""

from __future__ import annotations

from contextlib import ExitStack

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from blueprints.commands import _demonstration, _local_site
from blueprints.commands.demonstration.shows import shows
from config import Config


@click.command("demo")
@click.option(
    "--url",
    default="",
    help="The running site that simulated volunteers use; left out: serve it here meanwhile.",
)
@click.option("--small", is_flag=True, hidden=True)
@with_appcontext
def demo(url: str, small: bool) -> None:
    """Load the demonstration once; it may be stopped and run again. Never on a site that is served over https."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    config: Config = app.config["MANYHANDS"]
    if config.is_https:
        raise click.ClickException(
            "PUBLIC_URL is https: a site for the public has no demonstration."
        )
    if _demonstration.is_loaded():
        click.echo("demonstration: it was loaded before")
        return
    with ExitStack() as stack:
        site = url or stack.enter_context(_local_site.serving(app))
        host = f"[{config.host}]" if ":" in config.host else config.host
        own = url or config.public_url or f"http://{host}:{config.port}"
        owner = _demonstration.coordinator(config, own)
        for one in shows(small):
            campaign = _demonstration.show(one, owner, site)
            click.echo(f"demonstration: /c/{campaign.slug}/ stands")
    _demonstration.finish()
