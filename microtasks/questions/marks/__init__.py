"""Marks as answers: points, boxes, outlines on pictures, places on maps."""

from __future__ import annotations

from microtasks.questions.marks.types import (
    BoxMarks,
    PlaceMarks,
    PointMarks,
    PolygonMarks,
)

__all__ = ["BoxMarks", "PlaceMarks", "PointMarks", "PolygonMarks"]
