"""Who kills in fault tests, what is there to be sliced, and what is read straight from the tables afterwards."""

from __future__ import annotations

import hashlib
import io
import time
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from PIL import Image
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from blueprints.commands import _labour
from config import Config
from microtasks import card_pictures, database, reckoning
from microtasks.models import Answer, Campaign, Card, Job, JobState, Source, Stage
from microtasks.storage import FolderStore
from tests.faults.houses import Site, await_that, children, is_alive, kill


def pictures(count: int) -> bytes:
    """A ZIP of noisy pictures, always the same."""
    rng, out = np.random.default_rng(7), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for number in range(count):
            noise = rng.integers(0, 255, (60, 80, 3), dtype=np.uint8)
            page = io.BytesIO()
            Image.fromarray(noise).resize((1600, 1200)).save(page, "JPEG", quality=90)
            archive.writestr(f"p{number:02}.jpg", page.getvalue())
    return out.getvalue()


class Killer:
    """Kills one process of the house at a time, at moments that a seed decides."""

    def __init__(self, site: Site, rng: Random, kills: int) -> None:
        self.site, self.rng, self.left = site, rng, kills
        self.done: Counter[str] = Counter()

    def strike(self, phase: str, victims: Sequence[str]) -> None:
        """Kill one of these; a child only if there is one at work."""
        if not self.left:
            return
        at_work = self.at_work()
        there = [each for each in victims if each != "child" or at_work]
        victim = self.rng.choice(there or ["worker"])
        pid = at_work[0] if victim == "child" else self.site.pid(victim)
        if not is_alive(pid):
            await_that(lambda: is_alive(self.site.pid(victim)), 15)
            pid = self.site.pid(victim)
        kill(pid)
        self.left -= 1
        self.done[f"{phase}:{victim}"] += 1

    def at_work(self) -> list[int]:
        """The worker's children that run a job now."""
        try:
            return [
                each for each in children(self.site.pid("worker")) if is_alive(each)
            ]
        except OSError:  # the worker itself was killed a moment ago
            return []

    def wait(self, least: float, most: float) -> None:
        time.sleep(self.rng.uniform(least, most))


class Ledger:
    """The tables of a house, read beside it."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.engine = _labour.unpooled_engine(config)
        self.store = FolderStore(Path(config.storage))

    def _rows(self, query: Any) -> list[Any]:
        with database.reading(), Session(self.engine) as session:
            return list(session.execute(query).all())

    def campaign(self, slug: str) -> int:
        [(number,)] = self._rows(select(Campaign.id).where(Campaign.slug == slug))
        return int(number)

    def unfinished(self) -> int:
        waiting = (JobState.waiting, JobState.running)
        return len(self._rows(select(Job.id).where(Job.state.in_(waiting))))

    def jobs(self) -> Counter[str]:
        return Counter(str(state) for (state,) in self._rows(select(Job.state)))

    def attempts(self) -> int:
        [(made,)] = self._rows(select(func.sum(Job.attempt)))
        return int(made)

    def intake(self, slug: str) -> list[tuple[Any, ...]]:
        """Every source and slice of a campaign, with what its pictures are."""
        query = (
            select(
                *(Source.name, Source.item, Source.original, Source.picture),
                *(Source.width, Source.height, Stage.name, Card.slice, Card.order),
                *(Card.region, Card.max_answers),
            )
            .join(Card, Card.source_id == Source.id)
            .join(Stage, Stage.id == Card.stage_id)
            .join(Campaign, Campaign.id == Stage.campaign_id)
            .where(Campaign.slug == slug)
            .order_by(Source.name, Stage.position, Card.order)
        )
        return [tuple(row) for row in self._rows(query)]

    def beyond(self) -> list[int]:
        """Cards with more counted answers than were asked for."""
        counted = (
            select(Answer.card_id, func.count().label("answers"))
            .where(Answer.counted, Answer.withdrawn_at.is_(None))
            .group_by(Answer.card_id)
            .subquery()
        )
        query = select(Card.id).join(counted, counted.c.card_id == Card.id)
        return self._rows(query.where(counted.c.answers > Card.asked))

    def discrepancies(self) -> list[reckoning.Discrepancy]:
        with database.reading(), Session(self.engine) as session:
            return list(reckoning.discrepancies(session))

    def integrity(self) -> list[Any]:
        return self._rows(text("PRAGMA integrity_check"))

    def torn(self) -> list[Path]:
        """Kept files that are not what their name says."""
        kept = Path(self.config.storage) / "kept"
        return [
            path
            for path in kept.rglob("*")
            if path.is_file()
            and hashlib.sha256(path.read_bytes()).hexdigest() != path.name
        ]

    def miscut(self, slug: str) -> list[str]:
        """Slices in the cache that are not what cutting them again gives."""
        query = (
            select(Source, Card.region)
            .join(Card, Card.source_id == Source.id)
            .join(Campaign, Campaign.id == Source.campaign_id)
            .where(Campaign.slug == slug)
            .group_by(Source.id)
        )
        wrong = []
        for source, region in self._rows(query):
            before = card_pictures.picture(self.store, source, region)
            self.store.drop_cache(card_pictures.folder_of(source.picture))
            if card_pictures.picture(self.store, source, region) != before:
                wrong.append(source.name)
        return wrong
