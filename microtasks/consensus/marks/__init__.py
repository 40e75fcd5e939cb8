"""Marks on pictures and maps: which of them are of one object, whether it is real, and where it lies."""
