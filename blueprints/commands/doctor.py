"""Tells an operator what ails the site, and what to do about it."""

from __future__ import annotations

import json
import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from blueprints.commands import _checks

_MARKS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@with_appcontext
def doctor(as_json: bool) -> None:
    """Check the database, the store, Redis, the worker, the disk and the keys; exit 1 if something fails."""
    findings = list(_checks.everything(current_app.config["MANYHANDS"]))
    healthy = all(finding.state != "fail" for finding in findings)
    if as_json:
        told = [finding.as_dict() for finding in findings]
        click.echo(json.dumps({"healthy": healthy, "checks": told}, ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"{_MARKS[finding.state]}  {finding.name}: {finding.said}")
            if finding.advice:
                click.echo(f"      {finding.advice}")
    sys.exit(0 if healthy else 1)
