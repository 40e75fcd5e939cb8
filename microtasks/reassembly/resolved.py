"""What reassembly puts back together: one decided slice, as a plain value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from microtasks.slicing.slicer import Region


class Status(StrEnum):
    """How a slice stands in a data set."""

    resolved = "resolved"
    cant_tell = "cant_tell"  # resolved: the people who looked could not tell
    contested = "contested"  # all answers are in and they do not agree
    open = "open"  # more answers are wanted
    held = "held"  # reported, and nobody has looked into it yet
    waiting = "waiting"  # an earlier stage has not decided whether it is asked
    unneeded = "unneeded"  # an earlier stage decided that it is not asked
    stale = "stale"  # made from a value that an earlier stage has since changed
    withdrawn = "withdrawn"


@dataclass(frozen=True, slots=True)
class Resolved:
    """One slice of one source in one stage, and what it was decided to be.

    `cell` is the value as a table writes it; `value` and `confidence` are None where nobody has answered yet.
    `confidences` has one for each word of a text, where the crowd decided it.
    """

    source: str
    stage: str
    slice: str
    region: Region | None
    fields: tuple[str, ...]
    value: Any
    cell: str
    confidence: float | None
    answers: int
    status: Status
    method: str
    stage_version: int
    confidences: tuple[float, ...] = ()
