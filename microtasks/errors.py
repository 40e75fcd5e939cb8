"""What Manyhands refuses, and why: each refusal is a class, its message a sentence for the person who caused it."""

from __future__ import annotations


class MicrotaskError(Exception):
    """A request that the domain refuses; `str(error)` may be shown to people."""


class NotFound(MicrotaskError):
    """The thing does not exist, or this person must not learn that it does."""


class NotAllowed(MicrotaskError):
    """This person may see the thing but not do this to it."""


class InvalidInput(MicrotaskError):
    """Something typed or uploaded breaks a rule; `field` names where, if it has a name."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NothingToCut(InvalidInput):
    """There is nothing in a source that this way of slicing could cut out; the source itself may be kept."""


class RecipeError(InvalidInput):
    """A recipe says something that no campaign can do; `field` is the dotted key."""


class InvalidAnswer(InvalidInput):
    """An answer is not one that its question offers."""


class UploadRejected(InvalidInput):
    """A whole upload cannot be used."""


class WrongState(MicrotaskError):
    """The thing is not in a state in which this can be done to it."""


class KeyConflict(MicrotaskError):
    """An answer's key was used before with another value, or its answer was withdrawn."""


class LeaseExpired(MicrotaskError):
    """The card is no longer promised to this volunteer."""


class JobFenced(MicrotaskError):
    """Another worker holds this job now; whatever this one still does must not be stored."""
