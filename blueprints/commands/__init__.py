"""The flask commands: each a few lines around one call into the domain."""

from __future__ import annotations

from flask import Flask

from blueprints.commands import account, doctor, serve, simulate, up, worker


def init_app(app: Flask) -> None:
    """Add the commands to `flask`."""
    for command in (
        account.account,
        serve.serve,
        up.up,
        worker.worker,
        doctor.doctor,
        simulate.simulate,
    ):
        app.cli.add_command(command)
