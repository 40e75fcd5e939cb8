"""A coordinator's way in for tests: files go through the upload page, a worker's child reads them, the page tells."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from urllib3.filepost import encode_multipart_formdata

from microtasks.models import Campaign, Refused, Source, Upload, UploadState

#: What a worker's child does, in a process that has nothing of this one.
WORKER = """
import os
from blueprints.commands import _labour
from config import Config
_labour.be_a_child(os.getppid(), Config.from_environment())
"""
#: Runs a command and says what memory it took at most. A process takes its parent's peak along when it begins, and
#: what ran before in ours is no part of this: so there is one between, which has none.
MEASURED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=sys.stderr).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""
ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Outcome:
    """What became of one upload."""

    state: str
    reason: str
    sources: list[str]
    refused: list[tuple[str, str]]
    page: str = field(repr=False)

    def fits(self, word: str, good: str) -> bool:
        """Whether this is what a word of expect.tsv asks for."""
        count = str(len(self.sources))
        return {
            "reject": self.state == UploadState.rejected and not self.sources,
            "partial": bool(self.refused) and count == good,
            "clean": self.state == UploadState.taken
            and not self.refused
            and count == good,
            "safe": self.state in {UploadState.taken, UploadState.rejected},
        }[word]


class Gate:
    """The way in: Amina's browser, and a worker that comes when it is called."""

    def __init__(
        self, app: Flask, session: Session, browser: FlaskClient, campaign: Campaign
    ) -> None:
        self.app, self.session, self.browser = app, session, browser
        self.slug = campaign.slug
        self.peak_mb = 0.0

    def send(self, *files: tuple[str, bytes]) -> str:
        """Upload files together; the address of the upload's page."""
        body, kind = encode_multipart_formdata([("files", file) for file in files])
        address = f"/manage/{self.slug}/upload"
        answer = self.browser.post(address, data=body, content_type=kind)
        assert answer.status_code == 303, (files[0][0], answer.status_code)
        return str(answer.headers["Location"])

    def work(self) -> None:
        """Do all jobs as a worker's child does, in a process whose memory is measured."""
        config = self.app.config["MANYHANDS"]
        self.session.rollback()
        # Not a fork of ours: libvips may have run here, and its threads do not come along.
        child = subprocess.run(
            [sys.executable, "-c", MEASURED, sys.executable, "-c", WORKER],
            env=os.environ
            | {
                "PYTHONPATH": str(ROOT),
                "INSTANCE_PATH": str(config.instance),
                "DATABASE_URL": config.database,
            },
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        assert child.returncode == 0, "the worker's child died"
        self.peak_mb = max(self.peak_mb, int(child.stdout) / 1024)

    def outcome(self, address: str) -> Outcome:
        """What the tables and the page tell of an upload."""
        page = self.browser.get(address)
        assert page.status_code == 200
        assert self.browser.get(f"{address}/refused.csv").status_code == 200
        public_id = address.rpartition("/")[2]
        upload = self.session.scalars(
            select(Upload).where(Upload.public_id == public_id)
        ).one()
        sources = select(Source.name).where(Source.upload_id == upload.id)
        refused = select(Refused.file, Refused.reason).where(
            Refused.upload_id == upload.id
        )
        return Outcome(
            upload.state,
            upload.reason,
            list(self.session.scalars(sources.order_by(Source.id))),
            [tuple(row) for row in self.session.execute(refused)],
            unescape(page.text),
        )
