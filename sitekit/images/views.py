"""Files that the site made itself."""

from io import BytesIO
from typing import IO

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase

from sitekit.images.picture_access import PICTURE_ACCESS
from sitekit.images.picture_files import open_picture_file, open_public_file
from sitekit.images.pictures import (
    THUMBNAIL_WIDTH,
    build_file_name,
    is_released,
    read_thumbnail,
)
from sitekit.models import Picture
from sitekit.web.pages import page

_PUBLIC, _PRIVATE = "public, max-age=31536000, immutable", "private, no-store"
_NOT_THERE = "没有这张图片。"


@page(takes="read")
def serve_picture(request: HttpRequest, digest: str, width: str, suffix: str) -> HttpResponseBase:
    """The route accepts only file names of `sitekit.images.pictures`; no other file is served.

    No query for a file that is public. One that is withheld, everybody sees if something public shows its picture by
    now; else only the staff and those who work with the picture see it. No file is moved: only the worker does that.
    """
    name = build_file_name(digest, width, suffix)
    try:
        return _answer_file(request, open_public_file(name), suffix, _PUBLIC)
    except FileNotFoundError:
        picture = Picture.objects.filter(digest=digest).first()
    if picture is None:
        raise Http404(_NOT_THERE)
    is_public = is_released(picture) or PICTURE_ACCESS.is_shown(picture)
    if not is_public and not PICTURE_ACCESS.may_see_withheld(request.user, picture):
        raise Http404(_NOT_THERE)
    try:
        is_thumbnail = (width, suffix) == (str(THUMBNAIL_WIDTH), "webp")
        file: IO[bytes] = (
            BytesIO(read_thumbnail(digest)) if is_thumbnail else open_picture_file(name)
        )
    except FileNotFoundError:
        raise Http404(_NOT_THERE) from None
    return _answer_file(request, file, suffix, _PUBLIC if is_public else _PRIVATE)


def _answer_file(
    request: HttpRequest, file: IO[bytes], suffix: str, cache_control: str
) -> FileResponse:
    # The file is compressed already: keep GZipMiddleware from compressing it.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    return FileResponse(
        file,
        content_type=f"image/{suffix}",
        # Named by its content, which hence never changes.
        headers={"Cache-Control": cache_control, "X-Content-Type-Options": "nosniff"},
    )
