"""Intake: archives, pictures and tables become sources, and a sentence for everything that was not taken."""

from microtasks.intake.found import Found, FoundImage, FoundRecord, Refusal
from microtasks.intake.limits import Limits
from microtasks.intake.reading import read, read_many

__all__ = [
    "Found",
    "FoundImage",
    "FoundRecord",
    "Limits",
    "Refusal",
    "read",
    "read_many",
]
