"""The answer with a picture that no one else may see."""

from django.http import HttpRequest, HttpResponse


def answer_private_picture(request: HttpRequest, jpeg: bytes) -> HttpResponse:
    """Return the picture, which no cache may keep."""
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    # Compressed already: keep GZipMiddleware from compressing it.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    return HttpResponse(jpeg, content_type="image/jpeg", headers=headers)
