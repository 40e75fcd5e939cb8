"""README.md: what a data set holds and how far it can be trusted, for the person who opens the zip."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from microtasks import questions
from microtasks.datasets import cells, layout
from microtasks.datasets.about import About, Summary
from microtasks.datasets.decide import TOLERANCE
from microtasks.datasets.naming import SUFFIX
from microtasks.recipe import Recipe, StagePlan

_STATUS: Mapping[str, str] = {
    "resolved": "decided: by a reviewer, or by enough answers at the confidence that the stage asks for",
    "cant_tell": "decided: people looked and could not tell; `value` is blank",
    "contested": "all answers are in and they do not agree; `value` is the likeliest",
    "open": "more answers are wanted; `value` is the likeliest so far, if there is any",
    "held": "somebody reported the card and nobody has looked into it yet",
    "waiting": "an earlier stage has not decided whether this card is asked",
    "unneeded": "an earlier stage decided that this card is not asked",
    "stale": "made from a value that an earlier stage has since changed; its answers are kept",
    "withdrawn": "taken out of the campaign; its answers are kept but not used",
}

_TEMPLATE = """# {title}

{description}

Data set `{name}` ({edition}), frozen {frozen_at} UTC by {organisation}. {audience}

## What it holds

{counts}

Every number in these tables was made by volunteers who each looked at small pieces of the sources, several of them at each piece. `consensus.csv` is where to begin; `table.csv` is the same with
one row per source.

| file | what |
|---|---|
{files}
| `recipe.toml` | the campaign: its stages, questions and policies |
| `datapackage.json` | the columns of every table with type and meaning (Frictionless Tabular Data Package) |
| `SHA256SUMS` | `sha256sum --check SHA256SUMS` says whether the files are as they were |

## Who answered

{volunteers} volunteers, known here only by pseudonyms that are made for this campaign alone: the same person has another one elsewhere. `volunteers.csv` says how reliable each was, as estimated
from agreement with the others; an interval is wide where somebody gave few answers. Its `flag` says whose answers deserve a second look: `constant` (all the same), `near_chance` (they hardly depend on what
is right), `fast` (at least half came too fast), `copies` (errors shared with somebody else). Nobody's answers were left out for it.

## How it was decided

{stages}

Only answers with `counted` true that were not taken back are used, the first one of each volunteer for each slice, and none to cards whose value was known beforehand. All answers of a stage are
estimated together, so that what is known of a volunteer from one card helps with the next; `method` names the rule. A reviewer's word stands above the estimate and has the confidence 1.
A card counts as decided from the stage's least number of answers on, where its confidence is at most {tolerance} below the one that the stage asks for.

| status | meaning |
|---|---|
{statuses}

## Caveats

- A confidence is the estimated chance that a value is right, if volunteers err independently of each other. Where a question misleads everybody in the same way, it is too high.
- A blank `value` is no answer at all, an answer that is blank, or "can't tell": `status` (in `answers.csv`: `flag`) tells them apart.
- What was uploaded and could not be taken as a source (a damaged file, a blank row) is in `refused.csv` and nowhere else; in a public data set that table is empty.
- `stage_version` rises when a question's text, options or slicing changed after its first answer: compare versions before pooling.
- Fields of `table.csv` for stages with many slices per source hold JSON: see `datapackage.json`.

## How to read the files

UTF-8, comma-separated as RFC 4180 says (lines end with CR LF), numbers with a point and {digits} digits after it, moments in UTC. A text that a spreadsheet would run as a formula (it begins with
`=`, `+`, `-`, `@` or a tab, also in full width or after blanks) has a `'` before it, and so has a text that begins with such a `'`: take one away to get the text back. Plain numbers have none.
A column of the sources that bears the name of one of ours has `{suffix}` after its name.

## Licence and citation

Licence: {licence}.

> {citation}

## How to redo it

    flask consensus --dataset {name}.zip --out consensus-again.csv

computes `consensus.csv` from `recipe.toml`, `sources.csv`, `slices.csv`, `answers.csv`, `reviews.csv` and `gold.csv`, and gives the same file, byte for byte. Take rows out of `answers.csv` to see what
would have become of the results without them.
"""


def write(
    about: About, recipe: Recipe, summary: Summary, tables: Sequence[layout.Table]
) -> str:
    """Write README.md."""
    audience = (
        "Made to be published: it holds the source columns that the recipe allows."
        if about.is_public
        else "Made for the organisation: it holds every source column and is not to be published as it is."
    )
    return _TEMPLATE.format(
        title=_line(about.title),
        description=_line(about.description),
        name=about.name,
        edition=about.edition,
        frozen_at=f"{about.frozen_at:%Y-%m-%d %H:%M}",
        organisation=_line(about.organisation),
        audience=audience,
        counts=_counts(summary),
        files="\n".join(f"| `{each.file}` | {each.meaning} |" for each in tables),
        volunteers=f"{summary.volunteers:,}",
        stages="\n".join(_stage(each, summary) for each in recipe.stages),
        tolerance=TOLERANCE,
        statuses="\n".join(f"| `{word}` | {text} |" for word, text in _STATUS.items()),
        digits=cells.DIGITS,
        suffix=SUFFIX,
        licence=_line(about.licence) or "not stated",
        citation=_line(about.citation),
    )


def _counts(summary: Summary) -> str:
    status = ", ".join(f"{count:,} {word}" for word, count in summary.status.items())
    return (
        f"{summary.sources:,} sources, {summary.slices:,} slices ({status or 'none'}), {summary.answers:,} answers "
        f"of which {summary.counted:,} were used."
    )


def _stage(plan: StagePlan, summary: Summary) -> str:
    policy, alpha = plan.policy, summary.alpha.get(plan.name)
    agreement = "not known" if alpha is None else f"{alpha:.3f}"
    metric = questions.kind(plan.question.kind).agreement
    return (
        f"- **{_line(plan.name)}** ({plan.question.kind}, cut by `{plan.cut.mode}`): {_line(plan.question.text)} "
        f"At least {policy.min_answers} and at most {policy.max_answers} answers, confidence {policy.confidence:g}. "
        f"Agreement (Krippendorff's alpha, {metric}): {agreement}."
    )


def _line(text: str) -> str:
    """Put somebody's words on one line of Markdown, as words and nothing else."""
    return re.sub(r"([\\`*_{}\[\]<>#|!])", r"\\\1", " ".join(text.split()))
