"""Files that the site made itself."""

from django.http import FileResponse, Http404, HttpRequest

from sitekit.images.picture_files import open_picture_file
from sitekit.images.pictures import build_file_name
from sitekit.web.pages import page


@page(takes="read")
def serve_picture(request: HttpRequest, digest: str, width: str, suffix: str) -> FileResponse:
    """The route accepts only file names of `sitekit.images.pictures`; no other file is served."""
    try:
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
