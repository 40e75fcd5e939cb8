"""Pictures: what an uploaded file really is, and clean pictures made of it. Pixels are those of the upright picture."""

from microtasks.pictures.inspection import Picture, header, inspect
from microtasks.pictures.kinds import JPEG, PDF, fits_name, kind_of
from microtasks.pictures.making import crop, crops, extract, normalise
from microtasks.pictures.shades import grey

__all__ = [
    "JPEG",
    "PDF",
    "Picture",
    "crop",
    "crops",
    "extract",
    "fits_name",
    "grey",
    "header",
    "inspect",
    "kind_of",
    "normalise",
]
