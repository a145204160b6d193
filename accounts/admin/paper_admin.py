"""The download of a paper by reviewers: never shown in the browser, and each download logged."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404

from accounts.models import EmployerDocument, SignedInRequest, User
from accounts.verification.papers import SUFFIXES, open_file
from sitekit.web.pages import page

PERMISSION = "accounts.view_employerdocument"
HEADERS = {
    # A script hidden in the file must not run, and no proxy may keep the file.
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


@page(takes="read")
def download_paper(request: SignedInRequest, pk: int) -> FileResponse:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    document = get_object_or_404(EmployerDocument.objects.select_related("employer"), pk=pk)
    try:
        file = open_file(document)
    except FileNotFoundError:
        raise Http404("这份材料已经删掉了。") from None
    if request.method == "GET":
        _log_download(request.user, document)
    # The file is compressed already: keep GZipMiddleware from compressing it.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"paper-{document.pk}.{SUFFIXES[document.content_type]}",
        content_type=document.content_type,
        headers=HEADERS,
    )


def _log_download(user: User, document: EmployerDocument) -> None:
    """In the log of the admin: an event of the employer would mean a change of its case."""
    LogEntry.objects.log_actions(
        user.pk, [document], CHANGE, change_message="打开了材料", single_object=True
    )
