"""kill -9 at random through a whole campaign: nothing acknowledged is lost, every job ends, and the outcome is the same.

`KILLS` says how many processes are killed (20; with 4 it takes about a minute), `SEED` when and which.
"""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random

import pytest
from flask_migrate import upgrade

from app import create_app
from blueprints._clock import utcnow
from blueprints._database import db, transact
from blueprints.commands import _volunteers
from blueprints.commands._crib import Crib
from blueprints.commands._tally import Tally
from blueprints.commands._volunteers import Plan
from config import Config
from microtasks import campaigns, operating, people, recipe
from microtasks.simulation import Truth
from tests.faults.coordinators import Coordinator
from tests.faults.houses import ROOT, Site, await_that, free_port, house
from tests.faults.killings import Killer, Ledger, pictures

pytestmark = pytest.mark.faults

KILLS = int(os.environ.get("KILLS", "20"))
SEED = int(os.environ.get("SEED", "1"))
#: How many kills each part of the way gets; what is left over goes to the last, the export.
SHARES = {"upload": 0.2, "slicing": 0.3, "answering": 0.3}
PICTURES = 8 if KILLS < 10 else 30
EMAIL, PASSWORD = "amina@example.org", "seven quiet herons"
RECIPE = """
title = "{title}"
exposure = 1.0
lease_minutes = 1

[[stage]]
name = "building"
slice = {{ mode = "grid", tile = 400 }}
question = {{ kind = "choice", text = "Is there a building?", options = ["yes", "no"] }}
policy = {{ min_answers = 2, max_answers = 4, confidence = 0.9 }}

[[stage]]
name = "count"
when = {{ stage = "building", is = ["yes"] }}
slice = {{ mode = "grid", tile = 400 }}
question = {{ kind = "number", text = "How many?" }}
policy = {{ min_answers = 2, max_answers = 4, confidence = 0.8 }}
"""


def share(phase: str) -> int:
    return max(1, int(KILLS * SHARES[phase]))


def truth() -> Truth:
    """Every other picture shows buildings, as many as its number says."""
    cells = {}
    for number in range(PICTURES):
        name = f"p{number:02}.jpg"
        cells[name, "building", ""] = "no" if number % 2 else "yes"
        cells[name, "count", ""] = str(number)
    return Truth(cells)


@pytest.fixture
def slugs(tmp_path: Path) -> list[str]:
    """Two campaigns that are the same, on an instance that has only these."""
    app = create_app(Config(instance_path=str(tmp_path / "instance")))
    with app.app_context():
        upgrade()

        def make(session) -> list[str]:
            now = utcnow()
            amina = people.sign_up(session, EMAIL, "Amina", PASSWORD, now=now)
            river = people.found(session, amina, "River Relief", now=now)
            operating.approve(session, river, by=None, now=now)
            plans = [recipe.read(RECIPE.format(title=t)) for t in ("Killed", "Calm")]
            return [campaigns.create(session, river, p, now).slug for p in plans]

        made = transact(make)
        db.engine.dispose()
    return made


@pytest.fixture
def site(tmp_path: Path, slugs: list[str]) -> Iterator[Site]:
    folder, port = tmp_path / "instance", free_port()
    # An https address: no demonstration.
    settings = {
        "PUBLIC_URL": f"https://127.0.0.1:{port}",
        "RATELIMIT_ENABLED": "false",
    }
    with house(folder, port, **settings) as process:
        site = Site(process, folder, port)
        await_that(site.answers, 60)
        yield site


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(Config(instance_path=str(tmp_path / "instance")))


def upload(amina: Coordinator, body: bytes, killer: Killer, kills: int) -> int:
    """Send the pictures; the web is killed while they travel."""
    ends = killer.left - kills

    def interrupt() -> None:
        if killer.left > ends:
            threads.submit(
                lambda: (killer.wait(0.05, 1.2), killer.strike("upload", ["web"]))
            )

    with ThreadPoolExecutor(1) as threads:
        return amina.upload("pictures.zip", body, 1.2, interrupt)


def slice_all(ledger: Ledger, killer: Killer, kills: int) -> None:
    """Wait for the cards; the web, the worker and its child are killed while they are cut."""
    for number in range(kills):
        await_that(lambda: killer.at_work() or not ledger.unfinished(), 60)
        if not ledger.unfinished():
            break
        killer.wait(0.1, 0.7)
        others = ["worker", "web"] if number else []
        killer.strike("slicing", ["child", "child", *others])
    await_that(lambda: not ledger.unfinished(), 120)


def answer_all(plan: Plan, killer: Killer, kills: int) -> Tally:
    """Let volunteers answer every card; the web and the worker are killed meanwhile."""
    ends = killer.left - kills
    with ThreadPoolExecutor(1) as threads:
        crowd = threads.submit(_volunteers.crowd, plan)
        while not crowd.done():
            killer.wait(0.3, 1.7)
            if killer.left > ends and not crowd.done():
                killer.strike("answering", ["web", "web", "worker"])
        return crowd.result()


def export(amina: Coordinator, ledger: Ledger, killer: Killer) -> str:
    """Close and freeze, again until everything that was to be killed is dead; the last data set's address."""
    amina.step("close")
    while True:
        await_that(lambda: not ledger.unfinished(), 120)
        data_set = amina.freeze()
        while killer.left and ledger.unfinished():
            if killer.at_work():
                killer.wait(0.0, 0.4)
                killer.strike("export", ["child", "child", "worker", "web"])
        await_that(lambda: not ledger.unfinished(), 120)
        if not killer.left:
            return data_set


def redone(zipped: Path) -> bytes:
    """consensus.csv as a scientist computes it again."""
    out = zipped.with_name("redone.csv")
    command = ["flask", "--app", "app", "consensus", "--dataset", str(zipped)]
    subprocess.run(
        [sys.executable, "-m", *command, "--out", str(out)],
        cwd=ROOT,
        env=os.environ | {"INSTANCE_PATH": str(zipped.with_name("elsewhere"))},
        check=True,
        capture_output=True,
    )
    return out.read_bytes()


def decided(table: bytes) -> dict[tuple[str, str, str], tuple[str, str]]:
    rows = csv.DictReader(io.StringIO(table.decode(), newline=""))
    return {
        (row["source"], row["stage"], row["slice"]): (row["value"], row["status"])
        for row in rows
    }


def expected(ledger: Ledger, slug: str) -> dict[tuple[str, str, str], tuple[str, str]]:
    """What everybody's right answers make of every card."""
    found = {}
    for name, *_, stage, part, _, _, _ in ledger.intake(slug):
        number = int(name.removesuffix(".jpg")[-2:])
        said = "no" if number % 2 else "yes"
        value = said if stage == "building" else str(number)
        if stage == "building" or said == "yes":
            found[name, stage, part] = (value, "resolved")
    return found


def test_a_campaign_whose_processes_are_killed_ends_as_if_nothing_had_happened(
    site: Site, slugs: list[str], ledger: Ledger, tmp_path: Path
) -> None:
    begun, (killed, calm) = time.monotonic(), slugs
    killer = Killer(site, Random(SEED), KILLS)
    amina, body = Coordinator(site.url, killed), pictures(PICTURES)
    amina.sign_in(EMAIL, PASSWORD)

    sent = upload(amina, body, killer, share("upload"))
    slice_all(ledger, killer, share("slicing"))
    amina.step("open")
    with ExitStack() as stack:
        crib = stack.enter_context(
            closing(Crib(ledger.config, ledger.campaign(killed)))
        )
        plan = Plan(site.url, killed, crib, truth(), 24, 1.0, patience=75, seed=SEED)
        told = answer_all(plan, killer, share("answering"))
        lost = crib.lost(told.keys)
    address = export(amina, ledger, killer)
    zipped = tmp_path / "data.zip"
    zipped.write_bytes(amina.download(address))
    with zipfile.ZipFile(zipped) as archive:
        consensus = archive.read("consensus.csv")

    amina.slug = calm
    amina.upload("pictures.zip", body, 0, lambda: None)
    await_that(lambda: not ledger.unfinished(), 120)

    print(
        f"\nkills {killer.done.total()} (seed {SEED}): {dict(sorted(killer.done.items()))}; "
        f"upload sent {sent} times; {len(told.keys)} answers acknowledged, {lost} lost, "
        f"{len(ledger.beyond())} cards beyond asked; jobs {dict(ledger.jobs())} in {ledger.attempts()} attempts; "
        f"broken lines {told.statuses[0]}; {time.monotonic() - begun:.0f} s"
    )
    assert killer.done.total() == KILLS
    assert lost == 0
    assert len(told.keys) == len(set(told.keys))
    assert set(ledger.jobs()) == {"done"}
    assert ledger.intake(killed) == ledger.intake(calm)
    assert ledger.beyond() == []
    assert ledger.discrepancies() == []
    assert ledger.integrity() == [("ok",)]
    assert ledger.torn() == []
    assert ledger.miscut(killed) == []
    assert expected(ledger, killed).items() <= decided(consensus).items()
    assert redone(zipped) == consensus
    assert not [status for status in told.statuses if status >= 500 and status != 503]
