"""A paper for those who check it: never shown in the browser, each look written down."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404

from accounts.models import EmployerDocument
from accounts.verification.papers import SUFFIXES, open_file
from sitekit.web.pages import page

MAY = "accounts.view_employerdocument"
HEADERS = {
    # Whatever somebody has hidden in it runs nowhere and is kept by nothing on the way.
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


@page(takes="read")
def download_paper(request, pk):
    if not request.user.has_perm(MAY):
        raise PermissionDenied
    document = EmployerDocument.objects.select_related("employer").filter(pk=pk).first()
    if document is None:
        raise Http404("没有这份材料。")
    try:
        file = open_file(document)
    except FileNotFoundError:
        raise Http404("这份材料已经删掉了。") from None
    if request.method == "GET":
        _note(request.user, document)
    # It is compressed already: keep GZipMiddleware from trying.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"paper-{document.pk}.{SUFFIXES[document.content_type]}",
        content_type=document.content_type,
        headers=HEADERS,
    )


def _note(user, document):
    """In the admin's own journal: an event of the employer would say that its case had changed."""
    LogEntry.objects.log_actions(
        user.pk, [document], CHANGE, change_message="打开了材料", single_object=True
    )
