"""One measured figure, and a peer's beside it where there is one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """A figure with its unit; `peer` names what `peer_value` was measured on, under the same load."""

    name: str
    value: float
    unit: str
    peer: str | None = None
    peer_value: float | None = None

    def as_dict(self) -> dict[str, object]:
        """Return what `make bench` prints."""
        told: dict[str, object] = {
            "name": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
        }
        if self.peer is not None and self.peer_value is not None:
            told |= {"peer": self.peer, "peer_value": round(self.peer_value, 4)}
            if self.peer_value:
                told["ratio"] = round(self.value / self.peer_value, 4)
        return told
