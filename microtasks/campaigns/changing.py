"""Changes of a campaign after its creation: words and numbers at any time, the questions only while nobody answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks import audit, jobs
from microtasks.campaigns.creating import (
    check_lengths,
    plan_of,
    recipe_of,
    write_plain,
    write_stage,
)
from microtasks.campaigns.states import unfinished_reading
from microtasks.errors import WrongState
from microtasks.models import Account, Campaign, CampaignState, Job, Stage, Upload
from microtasks.recipe import KEYS, Recipe, StagePlan, stage_table, table_of

#: A stage at this position is gone from the campaign; a job deletes its cards and then the stage.
REMOVED = -1


def change(
    session: Session,
    campaign: Campaign,
    recipe: Recipe,
    now: datetime,
    account: Account | None = None,
) -> Job | None:
    """Make a campaign what the recipe says; where that needs other cards, return the job that cuts them."""
    check_lengths(recipe)
    _hold_stages(session, campaign)
    changed = _changed(recipe_of(campaign), recipe)
    if campaign.deleted_at is not None:
        raise WrongState("This campaign is being deleted.")
    _refuse_frozen(campaign, recipe)
    stale = _stages_to_cut(campaign, recipe)
    if stale is not None:
        _require_rest(session, campaign)

    write_plain(campaign, recipe)
    limits = _write_stages(session, campaign, recipe)
    if not changed:
        return None
    audit.write(
        session,
        "campaign.change",
        now=now,
        account=account,
        campaign=campaign,
        changed=changed,
    )
    return _plan(session, campaign, stale, limits, now)


def _hold_stages(session: Session, campaign: Campaign) -> None:
    """Read the stages as they are committed, and let their first answers wait until they are changed."""
    session.scalars(
        select(Stage)
        .where(Stage.campaign_id == campaign.id)
        .order_by(Stage.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def _refuse_frozen(campaign: Campaign, recipe: Recipe) -> None:
    """What was answered keeps its meaning: its question, slices and condition stay as they are."""
    plans = {plan.name: plan for plan in recipe.stages}
    for stage in campaign.stages:
        if stage.frozen_at is None:
            continue
        new = plans.get(stage.name)
        if new is None:
            raise WrongState(
                f"The stage “{stage.name}” has answers, so it cannot be removed or renamed."
            )
        if _asked(new) != _asked(plan_of(stage)):
            raise WrongState(
                f"The stage “{stage.name}” has answers, so its question, its slices and its condition stay as they"
                " are. Add another stage, or make a new campaign."
            )


def _asked(plan: StagePlan) -> object:
    table = stage_table(plan)
    return [table.get(key) for key in ("slice", "question", "when")]


def _cut(plan: StagePlan) -> object:
    table = stage_table(plan)
    return [table.get(key) for key in ("slice", "when")]


def _stages_to_cut(campaign: Campaign, recipe: Recipe) -> list[Stage] | None:
    """Return the stages whose cards no longer fit; None if no card has to be made or deleted."""
    old = {stage.name: stage for stage in campaign.stages}
    new = {plan.name: plan for plan in recipe.stages}
    stale = [
        stage
        for name, stage in old.items()
        if name not in new or _cut(plan_of(stage)) != _cut(new[name])
    ]
    return stale if stale or new.keys() - old.keys() else None


def _require_rest(session: Session, campaign: Campaign) -> None:
    if campaign.state == CampaignState.open:
        raise WrongState(
            "Pause the campaign first: other cards have to be cut for this change."
        )
    if unfinished_reading(session, campaign):
        raise WrongState(
            "Sources are still being read: wait until that is done, then change the stages."
        )


def _write_stages(session: Session, campaign: Campaign, recipe: Recipe) -> list[Stage]:
    """Write the stages in their new order and return those whose limits of answers changed."""
    old = {stage.name: stage for stage in campaign.stages}
    for name in old.keys() - {plan.name for plan in recipe.stages}:
        stage = old.pop(name)
        stage.position, stage.name = REMOVED, f"removed {stage.id}"
    session.flush()

    limits = []
    for position, plan in enumerate(recipe.stages):
        stage = old.get(plan.name) or Stage(campaign_id=campaign.id)
        was = (stage.min_answers, stage.max_answers)
        if plan.name in old and was != (
            plan.policy.min_answers,
            plan.policy.max_answers,
        ):
            limits.append(stage)
        stage.position = position
        write_stage(stage, plan)
        session.add(stage)
    session.flush()
    session.expire(campaign, ["stages"])
    return limits


def _plan(
    session: Session,
    campaign: Campaign,
    stale: Sequence[Stage] | None,
    limits: Sequence[Stage],
    now: datetime,
) -> Job | None:
    """Plan the job that brings the cards in line, if there are any."""
    uploads = session.scalars(
        select(Upload.id).where(Upload.campaign_id == campaign.id).order_by(Upload.id)
    ).all()
    if (stale is None and not limits) or not uploads:
        return None
    arguments = {
        "drop": [stage.id for stage in stale or ()],
        "limits": [stage.id for stage in limits],
        "uploads": list(uploads) if stale is not None else [],
    }
    return jobs.plan(session, "recut", campaign=campaign, arguments=arguments, now=now)


def _changed(before: Recipe, after: Recipe) -> list[str]:
    """Name the keys of the recipe whose values differ."""
    old, new = table_of(before), table_of(after)
    return [key for key in KEYS if "." not in key and old.get(key) != new.get(key)]
