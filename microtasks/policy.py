"""Who may do what: every permission of the site in one table."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_

from microtasks.models import Account, Campaign, CampaignState, Organisation, Role
from microtasks.people.organisations import role_of

Thing = Campaign | Organisation | None

#: From the least to the greatest: each role may do all that those before it may.
_RANKS = (Role.viewer, Role.reviewer, Role.manager, Role.owner)


@dataclass(frozen=True, slots=True)
class Rule:
    """Members from `least` on may; so may operators, everybody (of a public campaign), anybody signed in."""

    least: Role | None
    operators: bool = False
    everybody: bool = False
    signed_in: bool = False


VERBS: dict[str, Rule] = {
    # a campaign as volunteers see it
    "campaign.view": Rule(Role.viewer, operators=True, everybody=True),
    "campaign.work": Rule(Role.viewer, operators=True, everybody=True),
    "dataset.view": Rule(Role.viewer, operators=True, everybody=True),
    # a campaign from inside
    "progress.view": Rule(Role.viewer, operators=True),
    "report.settle": Rule(Role.reviewer),
    "card.review": Rule(Role.reviewer),
    "campaign.create": Rule(Role.manager),
    "campaign.edit": Rule(Role.manager),
    "campaign.open": Rule(Role.manager),
    "sources.upload": Rule(Role.manager),
    "dataset.freeze": Rule(Role.manager),
    "dataset.publish": Rule(Role.manager),
    "dataset.download_private": Rule(Role.manager),
    "campaign.delete": Rule(Role.owner),
    # organisations
    "organisation.found": Rule(None, signed_in=True),
    "crowd.decide": Rule(None, signed_in=True),
    "organisation.view": Rule(Role.viewer, operators=True),
    "organisation.edit": Rule(Role.owner),
    "members.manage": Rule(Role.owner),
    # the site
    "site.operate": Rule(None, operators=True),
    "jobs.view": Rule(None, operators=True),
    "campaign.approve": Rule(None, operators=True),
    "campaign.take_down": Rule(None, operators=True),
}


def may(who: Account | None, verb: str, thing: Thing = None) -> bool:
    """Say whether this person (None: nobody we know) may do this to that."""
    rule = VERBS[verb]
    if isinstance(thing, Campaign) and thing.deleted_at:
        return False
    if rule.everybody and isinstance(thing, Campaign) and is_public(thing):
        return True
    if who is None or who.disabled_at:
        return False
    if rule.signed_in or (rule.operators and who.is_operator):
        return True
    role = _role(who, thing)
    return (
        rule.least is not None
        and role is not None
        and _RANKS.index(role) >= _RANKS.index(rule.least)
    )


def is_known_to(who: Account | None, thing: Thing) -> bool:
    """Say whether this person may learn that the thing exists: its members and operators, deleted things nobody."""
    if who is None or who.disabled_at or thing is None:
        return False
    if isinstance(thing, Campaign) and thing.deleted_at:
        return False
    return who.is_operator or _role(who, thing) is not None


def _role(who: Account, thing: Thing) -> Role | None:
    organisation = thing.organisation if isinstance(thing, Campaign) else thing
    return role_of(who, organisation) if organisation else None


def is_for_strangers(verb: str) -> bool:
    """Say whether a verb can be open to somebody who is not signed in."""
    return VERBS[verb].everybody


def is_public(campaign: Campaign) -> bool:
    """Say whether strangers may see the campaign: opened once, its organisation approved, not taken down."""
    return bool(
        campaign.state != CampaignState.draft
        and campaign.organisation.approved_at
        and not campaign.taken_down_at
        and not campaign.deleted_at
    )


def public_campaigns() -> ColumnElement[bool]:
    """Return `is_public` as a condition on a select that joins Campaign with its Organisation."""
    return and_(
        Campaign.state != CampaignState.draft,
        Organisation.approved_at.is_not(None),
        Campaign.taken_down_at.is_(None),
        Campaign.deleted_at.is_(None),
    )
