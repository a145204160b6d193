"""Whether two files show the same picture, saved anew, smaller or a little brighter."""

import io
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

_GRID_POINTS = 24  # points a side to which a picture is reduced
_SAME_BELOW = 8.0  # mean difference of these points, of 255


def shows_same_picture(content: bytes, stored_path: Path) -> bool:
    """Compare bytes with a stored file; a PDF, or what cannot be read, is like nothing."""
    try:
        with Image.open(io.BytesIO(content)) as image, Image.open(stored_path) as stored:
            first, second = _build_grey_thumbnail(image), _build_grey_thumbnail(stored)
    except (OSError, UnidentifiedImageError):
        return False
    differences = [abs(a - b) for a, b in zip(first, second, strict=True)]
    return sum(differences) / len(differences) < _SAME_BELOW


def _build_grey_thumbnail(image: Image.Image) -> bytes:
    small = image.convert("L").resize((_GRID_POINTS, _GRID_POINTS), Image.Resampling.BOX)
    return ImageOps.autocontrast(small).tobytes()
