"""The flask commands: each a few lines around one call into the domain."""

from __future__ import annotations

from flask import Flask

from blueprints.commands import (
    account,
    campaign,
    consensus,
    demo,
    doctor,
    export,
    serve,
    simulate,
    slicing,
    up,
    worker,
)


def init_app(app: Flask) -> None:
    """Add the commands to `flask`."""
    campaign.campaign.add_command(export.export)
    for command in (
        account.account,
        campaign.campaign,
        consensus.consensus,
        serve.serve,
        up.up,
        worker.worker,
        doctor.doctor,
        simulate.simulate,
        slicing.slice_,
        demo.demo,
    ):
        app.cli.add_command(command)
