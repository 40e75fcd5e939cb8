"""Lines of text: found in a scanned or photographed page from its picture alone, and cut out in reading order."""

from microtasks.slicing.lines.cut import Lines
from microtasks.slicing.lines.find import find

__all__ = ["Lines", "find"]
