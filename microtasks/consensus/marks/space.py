"""What the mathematics of marks must know of one form of mark: how far two lie apart, and which lies in the middle."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from microtasks.consensus.exact import Floats, Ints


class Space(ABC):
    """One form of mark. Marks are rows of numbers; what the columns mean only the space knows."""

    #: How many numbers an outline or a place is free in: scatter is taken as normal in so many dimensions.
    dims: ClassVar[int]
    #: May a worker's marks lean to one side, column by column, so that this can be learnt and taken off?
    leans: ClassVar[bool] = False
    #: May the crowd's errors be skewed, so that another quantile than the median is the likeliest middle?
    skews: ClassVar[bool] = False
    #: Are marks large and small, so that small objects may be harder to see?
    sized: ClassVar[bool] = False

    @abstractmethod
    def apart(self, one: Floats, other: Floats) -> Floats:
        """Return how far each row of one lies from the same row of the other, in one unit for all."""

    def finest(self, width: float) -> float:
        """Return the least scatter that is believed, of marks that chance throws so wide: pictures have whole pixels."""
        return width / 1000

    @abstractmethod
    def window(self, marks: Floats, reach: float) -> tuple[Floats, Floats, Floats]:
        """Return each mark's value on a line, and the ends between which all marks within reach have theirs."""

    @abstractmethod
    def centres(
        self, of: Ints, marks: Floats, weights: Floats, levels: Floats
    ) -> Floats:
        """Return the weighted middle of each cluster 0, 1, ...: `of` is each mark's, and none is empty.

        Weights lie on a binary grid. Where errors are skewed, `levels` says by column which quantile is the middle.
        """

    @abstractmethod
    def sizes(self, marks: Floats) -> Floats:
        """Return how large each mark is; all alike where marks have no size."""
