"""A whole stage of numbers at once: how these numbers are decided, then every task, its interval and its workers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor, inf, log10, nan

import numpy as np

from microtasks.consensus.categories import table
from microtasks.consensus.exact import Floats, Ints
from microtasks.consensus.numbers import centre, equal, level, manner, mean, median
from microtasks.consensus.numbers.said import Groups, Said, groups
from microtasks.questions.kind import Ballot, Decision, Value

#: The methods, and how decisions call them: counted, or one of two centres.
METHODS = ("auto", "mode", "median", "mean")
#: Answers' worth of belief that a task's answers scatter as the crowd's usually do.
STRENGTH = 4.0
#: Standard deviations on either side of 95 %.
WIDTH = 1.96


@dataclass(frozen=True, slots=True)
class Rules:
    """What the question says of its numbers: their span where it has one, whether whole, how often errors meet."""

    span: float | None
    whole: bool
    coincidence: float


@dataclass(frozen=True, slots=True)
class Crowd:
    """The answers, sorted into each task's, and what was learnt of equal ones."""

    said: Said
    same: Groups
    fit: equal.Fit
    rows: Mapping[int, list[int]]  #: each task's groups


def judge(
    ballots: Sequence[Ballot],
    method: str,
    rules: Rules,
    known: Mapping[str, Value],
) -> tuple[dict[str, Decision], list[tuple[str, float]], list[float]]:
    """Return every task's decision, the answers that show their workers right or wrong, and each answer's chance.

    The second holds a worker and a chance of being right for each such answer. The third has one for every answer,
    1 where nothing shows it wrong.
    """
    rows = [(b.task, b.worker, 0, b.suspicious) for b in ballots]
    said = Said(table.factorise(rows, 1), np.array([float(b.value) for b in ballots]))
    same, tasks = groups(said), said.table.tasks
    told = [known.get(task) for task in tasks]
    settled = np.array([nan if value is None else float(value) for value in told])
    found = equal.fit(said, same, rules.coincidence, settled)
    members: dict[int, list[int]] = {}
    for group, task_row in enumerate(same.task.tolist()):
        members.setdefault(task_row, []).append(group)
    crowd = Crowd(said, same, found, members)
    chosen = method if method != "auto" else _manner(crowd)
    decisions = dict(zip(tasks, _decisions(crowd, chosen, rules), strict=True))
    for task, value in zip(tasks, told, strict=True):
        if value is not None:
            decisions[task] = Decision(value, 1.0, decisions[task].method, interval=(value, value))  # fmt: skip
    chances = found.chance[same.of].tolist()
    # A task without equal answers shows nobody right or wrong, whatever its centre.
    shows = [
        decisions[b.task].method == "mode" or known.get(b.task) is not None
        for b in ballots
    ]
    told_of = list(zip(ballots, chances, shows, strict=True))
    judged = [(b.worker, chance) for b, chance, shown in told_of if shown]
    return decisions, judged, [chance if shown else 1.0 for _, chance, shown in told_of]


def _manner(crowd: Crowd) -> str:
    if manner.counts(crowd.said, crowd.same):
        return "mode"
    near, _, _ = mean.scaled(crowd.said)
    better = manner.mean_repeats_better(near, mean.fit(near), median.weights(near))
    return "mean" if better else "median"


def _decisions(crowd: Crowd, chosen: str, rules: Rules) -> Iterator[Decision]:
    """Yield each task's decision, in the order of tasks.

    Where numbers are counts, one that is likelier right than not is counted; one that all gave always is.
    """
    centres = _means if chosen == "mean" else _medians
    size, value = crowd.same.size.tolist(), crowd.same.value.tolist()
    chance = crowd.fit.chance.tolist()
    for row, (middle, low, high) in enumerate(centres(crowd.said)):
        mine = crowd.rows[row]
        sure = chosen == "mode" and max(chance[group] for group in mine) > 0.5
        if len(mine) == 1 or sure:
            yield _counted(crowd, mine)
            continue
        given = [value[group] for group in mine for _ in range(size[group])]
        number = centre.tidy(float(floor(middle + 0.5)) if rules.whole else middle)
        confidence = centre.closeness(given, middle, rules.span)
        name = "mean" if chosen == "mean" else "median"
        yield Decision(number, confidence, name, interval=(low, high))


def _counted(crowd: Crowd, mine: Sequence[int]) -> Decision:
    """Decide for the likeliest number; its interval is of the likeliest numbers that hold 95 % together."""
    chance = {crowd.same.value[group].item(): crowd.fit.chance[group].item() for group in mine}  # fmt: skip
    ranked = sorted(chance, key=lambda number: (-chance[number], number))
    held, within = 0.0, []
    for number in ranked:
        within.append(number)
        held += chance[number]
        if held >= 0.95:
            break
    others = tuple((centre.tidy(number), chance[number]) for number in ranked[1:])
    return Decision(
        centre.tidy(ranked[0]),
        chance[ranked[0]],
        "mode",
        alternatives=others,
        interval=(centre.tidy(min(within)), centre.tidy(max(within))),
    )


def _medians(said: Said) -> Iterator[tuple[float, float, float]]:
    middles = median.medians(said.table.task, said.value, median.weights(said))
    order = np.lexsort((said.value, said.table.task))
    ends = np.cumsum(np.bincount(said.table.task))[:-1]
    given = np.split(said.value[order], ends)
    for middle, numbers in zip(middles.tolist(), given, strict=True):
        low, high = centre.likely_range(numbers.tolist())
        yield middle, centre.tidy(low), centre.tidy(high)


def _means(said: Said) -> Iterator[tuple[float, float, float]]:
    """Yield each task's levelled mean, never beyond what was answered, and where a large crowd's would lie."""
    task = said.table.task
    near, zero, unit = mean.scaled(said)
    means = mean.fit(near)
    number = level.levelled(task, means)
    least, most = np.full(len(number), inf), np.full(len(number), -inf)
    np.minimum.at(least, task, said.value)
    np.maximum.at(most, task, said.value)
    number = np.clip(number * unit + zero, least, most)
    digits = 4 - floor(log10(unit))
    reach = WIDTH * np.sqrt(_scatter(task, means) * means.kept) * unit
    for middle, far in zip(number.tolist(), reach.tolist(), strict=True):
        yield (
            round(middle, digits),
            round(middle - far, digits),
            round(middle + far, digits),
        )


def _scatter(task: Ints, means: mean.Means) -> Floats:
    """Return the variance of each task's answers, shrunk towards the crowd's usual one."""
    given = np.bincount(task)
    squares = means.spread * given
    usual = np.sort(squares).sum() / max((given - 1).sum(), 1)
    shrunk: Floats = (squares + STRENGTH * usual) / (given - 1 + STRENGTH)
    return shrunk
