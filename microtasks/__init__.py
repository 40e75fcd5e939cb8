"""Manyhands' domain: from a pile of sources to a data set. It knows no web framework."""
