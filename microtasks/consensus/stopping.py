"""When a card has answers enough: the policy of a stage, and the few rules that follow from it.

The live clock closes a card as soon as its policy is met, and asks one more as long as it is not. The batch clock,
which knows the crowd better, may take a closing back once, and says so only where it is clearly less sure: else
cards would flutter about the line. The same rules run the site and the replay of crowds whose truth is known.
"""

from __future__ import annotations

from dataclasses import dataclass

#: So far below the policy must a decided card be to be asked again.
CLEARLY_BELOW = 0.05
#: A crowd is estimated anew when its answers have grown by this share, and by no fewer than so many.
GROWTH, FEWEST = 0.5, 100


@dataclass(frozen=True, slots=True)
class Policy:
    """When a card is decided: after at least and at most so many answers, at this confidence (0..1]."""

    min_answers: int = 2
    max_answers: int = 5
    confidence: float = 0.9

    def is_met(self, answers: int, confidence: float) -> bool:
        """Say whether so many answers that leave this confidence decide a card."""
        return answers >= self.min_answers and confidence >= self.confidence

    def is_clearly_missed(self, confidence: float) -> bool:
        """Say whether a closed card is so unsure that it was closed in error."""
        return confidence < self.confidence - CLEARLY_BELOW


def next_estimate(answers: int) -> int:
    """Return how many answers a crowd should have before it is estimated again, if this many were there last time."""
    return answers + max(FEWEST, int(answers * GROWTH))
