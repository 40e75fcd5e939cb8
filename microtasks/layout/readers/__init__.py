"""Readers of layout files, one for each format. Nothing in a file is trusted: what is broken is left out and counted."""
