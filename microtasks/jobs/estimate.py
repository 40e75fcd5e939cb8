"""The job of the batch clock: each stage's answers are read, judged all together, and the outcome stored bit by bit."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sqlalchemy.orm import Session

from microtasks import crowd, estimating, questions, stages
from microtasks.crowd import Crowd
from microtasks.jobs.tools import Tools
from microtasks.models import Campaign, Job, Stage
from microtasks.questions.kind import Estimate

#: Cards and volunteers that are written in one transaction.
CARDS, VOLUNTEERS = 20, 300


def steps(session: Session, job: Job, tools: Tools) -> Iterator[None]:
    """Estimate the campaign's stages in their order.

    `cursor["alpha"]` says how well each stage's answers agree, `cursor["answers"]` how many there were.
    """
    campaign = session.get(Campaign, job.campaign_id)
    if campaign is None or campaign.deleted_at is not None:
        return
    numbers = [stage.id for stage in campaign.stages]
    yield
    for stage_id in numbers:
        if str(stage_id) not in job.cursor.get("alpha", {}):
            yield from _stage(session, job, stage_id, tools)


def _stage(session: Session, job: Job, stage_id: int, tools: Tools) -> Iterator[None]:
    people = Crowd()
    yield from crowd.read(session, stage_id, people)
    question = stages.question(session.get_one(Stage, stage_id))
    yield
    estimate = Estimate({}, {}, None)
    if people.ballots:
        estimate = questions.kind(question.kind).estimate(
            question, people.ballots, known=people.known
        )
    yield from _write(session, job, stage_id, people, estimate, tools)


def _write(
    session: Session,
    job: Job,
    stage_id: int,
    people: Crowd,
    estimate: Estimate,
    tools: Tools,
) -> Iterator[None]:
    session.get_one(Stage, stage_id).crowd = estimate.crowd
    yield
    rows = crowd.standings(people, estimate, stage_id)
    while chunk := list(islice(rows, VOLUNTEERS)):
        crowd.write_standings(session, chunk)
        yield
    decided = {
        card: estimate.decisions[str(card)]
        for card in people.rests_on
        if str(card) in estimate.decisions
    }
    after = job.cursor.get("card", 0)
    cards = iter(sorted(card for card in decided if card > after))
    while batch := list(islice(cards, CARDS)):
        estimating.apply(
            session,
            session.get_one(Stage, stage_id),
            {card: decided[card] for card in batch},
            people.rests_on,
            tools.clock(),
        )
        job.cursor, job.done = job.cursor | {"card": batch[-1]}, job.done + len(batch)
        yield
    alphas = job.cursor.get("alpha", {}) | {str(stage_id): estimate.alpha}
    answers = job.cursor.get("answers", 0) + len(people.ballots)
    job.cursor = {"alpha": alphas, "answers": answers}
    yield
