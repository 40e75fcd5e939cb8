"""Saying "can't tell" where answers are not classes: it is the decision, or says nothing of the value."""

from __future__ import annotations

from collections.abc import Sequence

from microtasks.consensus.live import Voice, yes
from microtasks.questions.kind import Ballot, Decision, Vote

METHOD = "one-coin"


def decided(votes: Sequence[Vote]) -> Decision | None:
    """Return the decision "can't tell" if the votes for it outweigh all others, each by its reliability."""
    if not votes:
        raise ValueError("there are no votes to decide from")
    if all(vote.value is not None for vote in votes):
        return None
    chance = yes(
        [Voice(vote.value is None, vote.reliability, vote.suspicious) for vote in votes]
    )
    return Decision(None, chance, METHOD) if chance > 0.5 else None


def split(ballots: Sequence[Ballot]) -> tuple[dict[str, Decision], list[Ballot]]:
    """Return the tasks that cannot be told, and the ballots that say something about the others."""
    if not ballots:
        raise ValueError("there are no answers to decide from")
    votes: dict[str, list[Vote]] = {}
    for ballot in ballots:
        vote = Vote(ballot.worker, ballot.value, suspicious=ballot.suspicious)
        votes.setdefault(ballot.task, []).append(vote)
    untold = {
        task: decision
        for task, given in votes.items()
        if (decision := decided(given)) is not None
    }
    telling = [
        ballot
        for ballot in ballots
        if ballot.value is not None and ballot.task not in untold
    ]
    return untold, telling
