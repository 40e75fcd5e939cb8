"""`flask campaign`: what can be done with a campaign from the terminal."""

from __future__ import annotations

from flask.cli import AppGroup

campaign = AppGroup("campaign", help="Campaigns from the terminal.")
