"""Readers of layout files, one for each format. Nothing in them is trusted: what is broken is left out and counted."""
