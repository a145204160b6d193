"""The papers of an employer beside its case: each is opened by a button, which logs the look."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.csp import CSP
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

from accounts.employers.membership import list_expected_checks
from accounts.models import Employer, EmployerDocument, SignedInRequest
from accounts.staff.scope import get_in_scope_or_404
from accounts.verification.paper_looks import (
    LOOK_DURATION,
    VIEW_PAPERS_PERMISSION,
    describe_missing_looks,
    find_newest_open_look,
    find_open_look,
    get_seen_times,
    list_looks,
    record_look,
)
from accounts.verification.paper_pictures import (
    ROTATION_DEGREES,
    ZOOM_WIDTHS,
    PaperPageView,
    count_pages,
    draw_paper,
)
from safety.moderation.case_facts import MAX_FACTS_SHOWN
from safety.moderation.desk_layout import moderator_page, render_desk_page
from sitekit.images.image_cleaning import ImageRefused
from sitekit.images.private_pictures import answer_private_picture
from sitekit.web.pages import show_refusal
from sitekit.web.row_ids import parse_row_id
from sitekit.workflow.refusals import PageDenied

# The page is shown in a frame within the page of the case.
FRAMED_CSP: dict[str, Any] = settings.SECURE_CSP | {"frame-ancestors": [CSP.SELF]}


@moderator_page(takes="post")
def open_paper(request: SignedInRequest, pk: int) -> HttpResponse:
    document = _get_paper(request, pk)
    view = _parse_view(request.POST)
    with show_refusal(request):
        try:
            count_pages(document, view.page)
        except FileNotFoundError:
            raise Http404("没有这份材料，或者没有这一页。") from None
        record_look(document, request.user, view.page)
    return redirect(_build_address(document, view))


@moderator_page(takes="read")
@xframe_options_sameorigin
@csp_override(FRAMED_CSP)
def show_papers(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Show the list of papers and the open one, as ?paper, ?page, ?zoom and ?turn say; without these the paper that
    was opened last."""
    _require_permission(request)
    employer = get_in_scope_or_404(Employer.objects.all(), request.user, pk, "region")
    if "paper" not in request.GET and (look := find_newest_open_look(employer, request.user)):
        return redirect(_build_address(look.document, PaperPageView(page=look.page)))
    papers = list(employer.documents.select_related("uploaded_by"))
    seen_times = get_seen_times(employer, request.user)
    for paper in papers:
        paper.seen_at = seen_times.get(paper.pk)
    number = parse_row_id(request.GET.get("paper", ""))
    shown = next((paper for paper in papers if paper.pk == number and not paper.purged_at), None)
    context = {
        "employer": employer,
        "papers": papers,
        "looks": list_looks(employer, MAX_FACTS_SHOWN),
        "paper_todo": describe_missing_looks(
            employer, list_expected_checks(employer.kind), request.user
        ),
        "is_popup": True,
        **(_build_open_context(request, shown) if shown else {}),
        "undoable": None,
    }
    template = "safety/paper_checks/papers.html"
    return render_desk_page(request, template, "employers", "证明材料", **context)


def _build_open_context(request: SignedInRequest, document: EmployerDocument) -> dict[str, Any]:
    view = _parse_view(request.GET)
    context: dict[str, Any] = {
        "shown": document,
        "view": view,
        "minutes": int(LOOK_DURATION.total_seconds() // 60),
        "look": find_open_look(document, request.user, view.page),
    }
    if context["look"] is None:
        return context
    try:
        pages = count_pages(document, view.page)
    except FileNotFoundError:
        return context | {"trouble": "这份材料的文件不在了。"}
    except ImageRefused as refused:
        return context | {"trouble": str(refused)}
    return context | {
        "pages": [page for page in range(1, pages + 1) if pages > 1],
        "picture": reverse("desk:paper_picture", args=[document.pk]) + _build_query(view),
        "larger": _build_step(document, view, zoom=view.zoom + 1),
        "smaller": _build_step(document, view, zoom=view.zoom - 1),
        "turned": _build_step(document, view, turn=(view.turn + 90) % 360),
    }


@moderator_page(takes="read")
def show_paper_picture(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the page as a picture, only while the logged look allows it."""
    document, view = _get_paper(request, pk), _parse_view(request.GET)
    if find_open_look(document, request.user, view.page) is None:
        raise PageDenied("要先按「查看」。")
    try:
        picture = draw_paper(document, view, request.user)
    except (FileNotFoundError, ImageRefused):
        raise Http404("这份材料没有这一页，或者已经删掉了。") from None
    return answer_private_picture(request, picture.jpeg)


def _require_permission(request: SignedInRequest) -> None:
    if not request.user.has_perm(VIEW_PAPERS_PERMISSION):
        raise PermissionDenied


def _get_paper(request: SignedInRequest, pk: int) -> EmployerDocument:
    _require_permission(request)
    papers = EmployerDocument.objects.filter(purged_at=None)
    return get_in_scope_or_404(papers, request.user, pk, "employer__region")


def _parse_view(query: QueryDict) -> PaperPageView:
    """Return the view that the query asks for; wrong values are replaced by the usual ones."""
    usual = PaperPageView()
    numbers = {name: parse_row_id(query.get(name, "")) for name in usual._fields}
    return PaperPageView(
        page=numbers["page"] or usual.page,
        zoom=numbers["zoom"] if numbers["zoom"] in ZOOM_WIDTHS else usual.zoom,
        turn=numbers["turn"] if numbers["turn"] in ROTATION_DEGREES else usual.turn,
    )


def _build_step(document: EmployerDocument, view: PaperPageView, **change: int) -> str:
    """Return the address of the same paper with another page, zoom or turn; "" if there is no such zoom."""
    changed = view._replace(**change)
    return _build_address(document, changed) if changed.zoom in ZOOM_WIDTHS else ""


def _build_address(document: EmployerDocument, view: PaperPageView) -> str:
    address = reverse("desk:employer_papers", args=[document.employer_id])
    return f"{address}{_build_query(view, paper=document.pk)}"


def _build_query(view: PaperPageView, **further_values: int) -> str:
    return f"?{urlencode({**further_values, **view._asdict()})}"
