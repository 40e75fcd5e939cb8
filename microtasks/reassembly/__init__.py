"""Reassembly: what was decided of slices, put back into the shape of the sources. Plain values in and out."""
