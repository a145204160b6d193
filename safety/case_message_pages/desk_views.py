"""At the desk: the files that came with an answer of an employer, or with an appeal."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts.models import SignedInRequest
from accounts.verification.paper_looks import VIEW_PAPERS_PERMISSION
from accounts.verification.paper_pictures import ZOOM_WIDTHS, PaperPageView, draw_private_file
from safety.case_messages.file_looks import is_open_for, record_file_look
from safety.case_messages.sent_files import get_file_path
from safety.models import SentFile
from safety.moderation.case_type import build_appeal_condition, build_case_condition
from safety.moderation.desk_layout import moderator_page, render_desk_page
from sitekit.images.image_cleaning import ImageRefused
from sitekit.images.private_pictures import answer_private_picture
from sitekit.web.row_ids import parse_row_id
from sitekit.workflow.refusals import PageDenied


@moderator_page(takes="form")
def show_sent_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a page of the file as a picture with the viewer's name on it; `?page=` counts from 1. The file itself is
    never sent. Without `?page=` the pages are listed, if there are several.

    A POST opens the file for half an hour and records who opened it.
    """
    if not request.user.has_perm(VIEW_PAPERS_PERMISSION):
        raise PermissionDenied
    concerns_case = build_case_condition(request.user, "message__")
    concerns_appeal = build_appeal_condition(request.user, "appeal__")
    sent = get_object_or_404(SentFile.objects.filter(concerns_case | concerns_appeal), pk=pk)
    if request.method == "POST":
        record_file_look(sent, request.user)
        return redirect("desk:sent_file", pk)
    if not is_open_for(sent, request.user):
        raise PageDenied("打开超过半小时了，请在案件里再点一次。")
    view = PaperPageView(page=parse_row_id(request.GET.get("page", "")) or 1, zoom=max(ZOOM_WIDTHS))
    try:
        picture = draw_private_file(get_file_path(sent.file), sent.content_type, view, request.user)
    except (FileNotFoundError, ImageRefused):
        raise Http404("这个文件没有这一页，或者已经删掉了。") from None
    if picture.pages > 1 and "page" not in request.GET:
        pages = range(1, picture.pages + 1)
        template = "safety/case_message_pages/sent_file.html"
        return render_desk_page(request, template, "", "对方传的文件", pages=pages)
    return answer_private_picture(request, picture.jpeg)
