"""From a data set's inputs to its results: the one computation that a data set's consensus rests on.

It is made of plain values and nothing else, so the same inputs give the same results when they are read back from
a zip, years later, in any order of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from microtasks import questions
from microtasks.consensus import stopping
from microtasks.datasets.bundle import (
    FAST,
    WITHDRAWN,
    AnswerRow,
    Bundle,
    Place,
    SliceRow,
)
from microtasks.datasets.cells import DIGITS
from microtasks.errors import InvalidAnswer
from microtasks.questions.kind import Ballot, Decision, Estimate, Reliability
from microtasks.reassembly.resolved import Resolved, Status
from microtasks.recipe import StagePlan
from microtasks.stages import Policy

#: How far below the asked confidence a card may end and still count as decided: the live and the batch clock differ
#: a little, and a batch estimate reopens a card only beyond this.
TOLERANCE = stopping.CLEARLY_BELOW

#: States of a card that say more than its answers.
_SET_ASIDE = {
    str(each): each
    for each in (Status.withdrawn, Status.stale, Status.unneeded, Status.waiting)
}


@dataclass(frozen=True, slots=True)
class VolunteerRow:
    """How reliable one volunteer was in one stage."""

    volunteer: str
    stage: str
    reliability: Reliability


@dataclass(frozen=True, slots=True)
class Results:
    """All that follows from a bundle: a row per slice, a row per volunteer and stage, agreement per stage.

    `counted` holds the answers that each slice's row rests on.
    """

    rows: Sequence[Resolved]
    volunteers: Sequence[VolunteerRow]
    alpha: Mapping[str, float | None]
    counted: Mapping[Place, Sequence[AnswerRow]]


def decide(bundle: Bundle) -> Results:
    """Decide every slice of a bundle; rows come in the order of sources, then stages, then slices."""
    slices = _in_order(bundle)
    counted, tests = _counted(bundle, slices), _to_gold(bundle, slices)
    plans = {plan.name: plan for plan in bundle.recipe.stages}
    settled = _reviewed(bundle) | {
        row.place: Decision(row.value, 1.0, "gold") for row in bundle.gold
    }
    estimates = {
        name: _estimate(plan, counted | tests, settled) for name, plan in plans.items()
    }

    rows = [
        _row(
            plans[each.stage],
            each,
            counted.get(each.place, ()),
            estimates[each.stage].decisions.get(_task(each.place)),
            settled.get(each.place),
        )
        for each in slices
    ]
    return Results(
        rows,
        [
            VolunteerRow(worker, name, estimate.workers[worker])
            for name, estimate in estimates.items()
            for worker in sorted(estimate.workers)
        ],
        {name: estimate.alpha for name, estimate in estimates.items()},
        counted,
    )


def _in_order(bundle: Bundle) -> list[SliceRow]:
    sources = {row.source: number for number, row in enumerate(bundle.sources)}
    stages = {plan.name: number for number, plan in enumerate(bundle.recipe.stages)}
    return sorted(
        bundle.slices,
        key=lambda row: (sources[row.source], stages[row.stage], row.order, row.slice),
    )


def _counted(
    bundle: Bundle, slices: Sequence[SliceRow]
) -> dict[Place, list[AnswerRow]]:
    """Keep what decides slices: answers that are counted and standing, the first of each volunteer and card."""
    gold = {row.place for row in bundle.gold}
    places = {row.place for row in slices if row.state != Status.withdrawn} - gold
    return _piles(
        places, (row for row in bundle.answers if row.counted and not row.gold)
    )


def _to_gold(
    bundle: Bundle, slices: Sequence[SliceRow]
) -> dict[Place, list[AnswerRow]]:
    """Keep what only tells of volunteers: their standing answers to cards whose value was known beforehand."""
    gold = {row.place for row in bundle.gold}
    places = {row.place for row in slices if row.state != Status.withdrawn} & gold
    return _piles(places, (row for row in bundle.answers if row.gold))


def _piles(
    places: Set[Place], answers: Iterable[AnswerRow]
) -> dict[Place, list[AnswerRow]]:
    """Gather standing answers by place, the first of each volunteer, in an order of their own."""
    piles: dict[Place, dict[str, AnswerRow]] = {}
    for answer in sorted(answers, key=lambda row: (row.answered_at, row.seconds, repr(row.value))):  # fmt: skip
        if WITHDRAWN not in answer.flags and answer.place in places:
            piles.setdefault(answer.place, {}).setdefault(answer.volunteer, answer)
    return {
        place: [pile[volunteer] for volunteer in sorted(pile)]
        for place, pile in piles.items()
    }


def _estimate(
    plan: StagePlan,
    answers: Mapping[Place, Sequence[AnswerRow]],
    settled: Mapping[Place, Decision],
) -> Estimate:
    ballots = [
        Ballot(_task(place), each.volunteer, each.value, FAST in each.flags)
        for place, pile in answers.items()
        if place[1] == plan.name
        for each in pile
    ]
    if not ballots:
        return Estimate({}, {}, None)
    kind = questions.kind(plan.question.kind)
    known = {
        _task(place): decision.value
        for place, decision in settled.items()
        if place[1] == plan.name
    }
    try:
        return kind.estimate(plan.question, ballots, known=known)
    except InvalidAnswer:
        # Some answers were given to an earlier version of the question, which offered something else.
        return kind.estimate(None, ballots, known=known)


def _task(place: Place) -> str:
    source, _, piece = place
    return f"{len(source)}:{source}/{piece}"


def _reviewed(bundle: Bundle) -> dict[Place, Decision]:
    ordered = sorted(bundle.reviews, key=lambda row: (row.reviewed_at, repr(row.value)))
    return {row.place: Decision(row.value, 1.0, "review") for row in ordered}


def _row(
    plan: StagePlan,
    piece: SliceRow,
    answers: Sequence[AnswerRow],
    estimated: Decision | None,
    settled: Decision | None,
) -> Resolved:
    decision = None if piece.state == Status.withdrawn else settled or estimated
    confidence = None if decision is None else _rounded(decision.confidence)
    value = decision.value if decision else None
    versions = [answer.stage_version for answer in answers]
    return Resolved(
        source=piece.source,
        stage=piece.stage,
        slice=piece.slice,
        region=piece.region,
        fields=piece.fields,
        value=value,
        cell="" if value is None else questions.kind(plan.question.kind).write(value),
        confidence=confidence,
        answers=len(answers),
        status=_status(plan.policy, piece.state, len(answers), decision, settled),
        method=decision.method if decision else "",
        stage_version=max(versions, default=piece.stage_version),
        confidences=decision.confidences if decision else (),
    )


def _status(
    policy: Policy,
    state: str,
    answers: int,
    decision: Decision | None,
    settled: Decision | None,
) -> Status:
    if state in _SET_ASIDE:
        return _SET_ASIDE[state]
    if state == Status.held and settled is None:
        return Status.held
    if decision is None:
        return Status.open
    wanted = _rounded(policy.confidence - TOLERANCE)
    agreed = answers >= policy.min_answers and _rounded(decision.confidence) >= wanted
    if settled or agreed:
        return Status.resolved if decision.value is not None else Status.cant_tell
    return Status.contested if answers >= policy.max_answers else Status.open


def _rounded(confidence: float) -> float:
    """Round as tables do, so that noise beyond the stated digits decides nothing."""
    return round(min(max(float(confidence), 0.0), 1.0), DIGITS)
