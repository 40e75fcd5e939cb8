"""From a recipe to a campaign's rows and back."""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import datetime
from itertools import count

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from microtasks import audit, stages
from microtasks.errors import InvalidInput, NotFound
from microtasks.models import Account, Campaign, Organisation, Stage
from microtasks.recipe import Recipe, StagePlan

LONGEST_SLUG = 60
#: So many campaigns begun at the same moment with the same title may each get an address.
_TRIES = 20


def create(
    session: Session,
    organisation: Organisation,
    recipe: Recipe,
    now: datetime,
    account: Account | None = None,
) -> Campaign:
    """Add a draft campaign of an organisation; its address is made from its title."""
    check_lengths(recipe)
    campaign = Campaign(
        organisation_id=organisation.id,
        pseudonym_key=secrets.token_hex(32),
        created_at=now,
    )
    write_plain(campaign, recipe)
    for position, plan in enumerate(recipe.stages):
        stage = Stage(position=position)
        write_stage(stage, plan)
        campaign.stages.append(stage)
    _add_under_free_slug(session, campaign)
    audit.write(session, "campaign.create", now=now, account=account, campaign=campaign)
    return campaign


def by_slug(session: Session, slug: str) -> Campaign:
    """Return the campaign at an address; one that is being deleted is not there any more."""
    campaign = session.scalars(
        select(Campaign).where(Campaign.slug == slug, Campaign.deleted_at.is_(None))
    ).first()
    if campaign is None:
        raise NotFound(f"There is no campaign at the address “{slug}”.")
    return campaign


def recipe_of(campaign: Campaign) -> Recipe:
    """Return the recipe that describes a campaign as it is now."""
    return Recipe(
        title=campaign.title,
        description=campaign.description,
        instructions=campaign.instructions,
        languages=tuple(campaign.languages),
        deadline=campaign.deadline,
        exposure=campaign.exposure,
        lease_minutes=campaign.lease_minutes,
        publish=None if campaign.publish is None else tuple(campaign.publish),
        licence=campaign.licence,
        stages=tuple(plan_of(stage) for stage in campaign.stages),
    )


def plan_of(stage: Stage) -> StagePlan:
    """Return a stage as a recipe describes it."""
    return StagePlan(
        stage.name,
        stages.cut(stage),
        stages.question(stage),
        stages.policy(stage),
        stages.condition(stage),
    )


def slug_of(title: str) -> str:
    """Make an address of a title: plain letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    return slug[:LONGEST_SLUG].strip("-") or "campaign"


def check_lengths(recipe: Recipe) -> None:
    """Refuse what no column can hold, whoever made the recipe."""
    for field, longest in {"title": 200, "description": 500, "licence": 80}.items():
        if len(getattr(recipe, field)) > longest:
            raise InvalidInput(f"At most {longest} characters, please.", field)
    if not recipe.title.strip():
        raise InvalidInput("A campaign needs a title.", "title")


def write_plain(campaign: Campaign, recipe: Recipe) -> None:
    """Set everything of a campaign but its stages."""
    campaign.title = recipe.title
    campaign.description = recipe.description
    campaign.instructions = recipe.instructions
    campaign.languages = list(recipe.languages)
    campaign.deadline = recipe.deadline
    campaign.exposure = recipe.exposure
    campaign.lease_minutes = recipe.lease_minutes
    campaign.publish = None if recipe.publish is None else list(recipe.publish)
    campaign.licence = recipe.licence


def write_stage(stage: Stage, plan: StagePlan) -> None:
    """Set everything of a stage but its position."""
    stage.name = plan.name
    stage.slicing = stages.cut_table(plan.cut)
    stage.question = stages.question_table(plan.question)
    stage.condition = stages.condition_table(plan.when) if plan.when else None
    stage.min_answers = plan.policy.min_answers
    stage.max_answers = plan.policy.max_answers
    stage.confidence = plan.policy.confidence


def _add_under_free_slug(session: Session, campaign: Campaign) -> None:
    """Several people may give the same title at the same moment: the database says who was first."""
    slug = slug_of(campaign.title)
    taken = set(
        session.scalars(
            select(Campaign.slug).where(Campaign.slug.startswith(slug, autoescape=True))
        )
    )
    names = (slug if n == 1 else f"{slug}-{n}" for n in count(1))
    free = (name for name in names if name not in taken)
    for attempt in range(_TRIES):
        campaign.slug = next(free)
        try:
            with session.begin_nested():
                session.add(campaign)
                session.flush()
        except IntegrityError:
            if attempt == _TRIES - 1:
                raise
        else:
            return
