"""Files that the site made itself."""

from io import BytesIO
from typing import IO

from django.http import FileResponse, Http404, HttpRequest

from sitekit.images.picture_files import open_picture_file
from sitekit.images.pictures import THUMBNAIL, build_file_name, read_thumbnail
from sitekit.web.pages import page


@page(takes="read")
def serve_picture(request: HttpRequest, digest: str, width: str, suffix: str) -> FileResponse:
    """The route accepts only file names of `sitekit.images.pictures`; no other file is served."""
    try:
        if (width, suffix) == (str(THUMBNAIL), "webp"):
            file: IO[bytes] = BytesIO(read_thumbnail(digest))
        else:
            file = open_picture_file(build_file_name(digest, width, suffix))
    except FileNotFoundError:
        raise Http404("没有这张图片。") from None
    # The file is compressed already: keep GZipMiddleware from compressing it.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    return FileResponse(
        file,
        content_type=f"image/{suffix}",
        headers={
            # Named by its content, which hence never changes.
            "Cache-Control": "public, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
        },
    )
