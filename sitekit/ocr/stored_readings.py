"""What the worker reads in stored pictures: asked for when somebody adds one, kept with its row."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from sitekit.images.picture_files import read_picture_file
from sitekit.images.pictures import build_file_name
from sitekit.maintenance.periodic import run_guarded
from sitekit.models import Picture
from sitekit.ocr.reader_client import ReaderBusy, read_pictures
from sitekit.ocr.readings import PictureReading, TextLine

logger = logging.getLogger(__name__)
# A visitor's pictures are read first; and a reader that hangs is ended twice before that is over.
PICTURE_READ_SECONDS = 240


def request_readings(pictures: Iterable[int]) -> None:
    """Mark those of the pictures that were not read yet, so that the worker reads them. `pictures` are their ids."""
    Picture.objects.filter(pk__in=list(pictures), reading__isnull=True).update(wants_reading=True)


def read_requested_pictures(stopped: Callable[[], bool] = lambda: False) -> int:
    """Read the pictures that are marked; return how many were read. If the reader cannot read now, stop; the others
    stay marked. A picture that raises an error stays marked alone, and the next ones are read."""
    count, last = 0, 0
    while not stopped():
        marked_pictures = Picture.objects.filter(wants_reading=True, pk__gt=last)
        picture = marked_pictures.order_by("pk").first()
        if picture is None:
            break
        last = picture.pk
        is_read, trouble = run_guarded(f"reading of picture {last}", partial(_try_to_read, picture))
        if not (is_read or trouble):
            break
        count += not trouble
    return count


def _try_to_read(picture: Picture) -> bool:
    """Read the picture and store its text; return False if the reader cannot read now."""
    try:
        reading = _read_picture(picture)
    except ReaderBusy:
        logger.warning("the reader of pictures cannot read now")
        return False
    picture.reading = reading.describe()
    picture.wants_reading = False
    picture.save(update_fields=["reading", "wants_reading"])
    return True


def get_stored_reading(picture: Picture) -> PictureReading | None:
    """Return None if the picture was not read yet, or cannot be read: nobody knows what stands in it."""
    if picture.reading is None or picture.reading["error"]:
        return None
    return PictureReading.restore(picture.reading, b"")


def _read_picture(picture: Picture) -> PictureReading:
    """Return the reading with places in pixels of the picture as it is stored."""
    try:
        picture_bytes = read_picture_file(build_file_name(picture.digest, picture.width, "webp"))
    except FileNotFoundError:
        return PictureReading(error="文件不在了。")
    (reading,) = read_pictures([picture_bytes], PICTURE_READ_SECONDS)
    scale = picture.width / reading.width if reading.width else 1.0
    lines = tuple(_scale_line(line, scale) for line in reading.lines)
    return PictureReading(
        width=picture.width,
        height=picture.height,
        lines=lines,
        codes=reading.codes,
        error=reading.error,
    )


def _scale_line(line: TextLine, scale: float) -> TextLine:
    places = ("left", "top", "right", "bottom", "ground_left", "ground_right")
    return replace(line, **{place: round(getattr(line, place) * scale) for place in places})
