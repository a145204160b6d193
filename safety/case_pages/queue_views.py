"""The page of a queue, its filter, and the way to the next case."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.models import SignedInRequest
from accounts.staff.scope import get_staff_scope
from safety.case_pages.next_case import NextCase
from safety.case_queues.case_notes import attach_note_counts
from safety.case_queues.escalations import build_escalation_condition, is_senior
from safety.case_queues.postponements import (
    CasesPutAside,
    find_cases_put_aside,
)
from safety.case_queues.queue_filters import (
    QueueFilterForm,
    clear_queue_filter,
    get_queue_filter,
)
from safety.models import QueueFilter
from safety.moderation.case_type import CaseType
from safety.moderation.claims import release_claim
from safety.moderation.desk_layout import moderator_page, render_desk_page
from safety.moderation.permissions import NO_EMPLOYERS, find_own_employers
from sitekit.web.row_ids import parse_row_id

QUEUE_PAGE_SIZE = 50


@moderator_page(takes="read")
def show_queue(request: SignedInRequest, case_type: CaseType) -> TemplateResponse:
    return render_queue(request, case_type)


def render_queue(
    request: SignedInRequest,
    case_type: CaseType,
    status: int = 200,
    *,
    only: Q | None = None,
    template: str = "",
    title: str = "",
    **further_context: Any,
) -> TemplateResponse:
    """Render the queue. With `only` it shows the rows that meet this condition, without the moderator's filter, and
    also those of the moderator's own employers. `further_context` is further template context."""
    filters, fields = _get_filter(request, case_type)
    if only is not None:
        filters, fields = QueueFilter(moderator=request.user), ()
    put_aside = find_cases_put_aside(case_type.kind, request.user)
    scope = get_staff_scope(request.user)
    own_employers = find_own_employers(request.user) if only is None else NO_EMPLOYERS
    is_meant = (only or Q()) & case_type.build_scope_condition(scope)
    is_meant &= ~case_type.build_own_condition(own_employers)
    rows, has_more = _list_page_rows(case_type, filters, put_aside, is_meant)
    shown = case_type.attach_queue_display(rows, request.user)
    put_aside.attach_to(shown)
    attach_note_counts(case_type.kind, shown)
    context = {
        "rows": shown,
        "more": has_more,
        "case_type": case_type,
        "next_to": reverse(f"desk:{case_type.queue_name}_next"),
        "filter_to": reverse(f"desk:{case_type.queue_name}_filter"),
        "filter_form": QueueFilterForm(filters, fields),
        "filters": filters,
        "filtered": filters.is_set_for(fields),
        "measured": case_type.measure_queue(filters, scope, own_employers),
        "counted_as": case_type.counted_as,
        **case_type.build_queue_context(request, shown),
        **further_context,
    }
    name = case_type.queue_name
    template = template or f"safety/casework/{name}.html"
    title = title or case_type.queue_title
    return render_desk_page(request, template, name, title, status, **context)


def _get_filter(
    request: SignedInRequest, case_type: CaseType
) -> tuple[QueueFilter, tuple[str, ...]]:
    """Return the moderator's filter and the names of its parts that this queue uses. Only seniors can filter for
    cases that were handed to them."""
    filters = get_queue_filter(request.user)
    if is_senior(request.user):
        return filters, (*case_type.filter_fields, "escalated")
    filters.escalated = False
    return filters, case_type.filter_fields


def _list_page_rows(
    case_type: CaseType, filters: QueueFilter, put_aside: CasesPutAside, only: Q
) -> tuple[list, bool]:
    """Return the rows of the page and whether there are more. Cases that the moderator put aside are always at the
    end of the page, however many others there are, so that a deferred case can be found before its day."""
    rows = case_type.list_queue_rows(filters).filter(
        only, build_escalation_condition(case_type.kind, filters, case_type.row_number_field)
    )
    if not put_aside.own:
        page = list(rows[: QUEUE_PAGE_SIZE + 1])
        return page[:QUEUE_PAGE_SIZE], len(page) > QUEUE_PAGE_SIZE
    is_own = Q(**{f"{case_type.row_number_field}__in": put_aside.own})
    page = list(rows.exclude(is_own)[: QUEUE_PAGE_SIZE + 1])
    return [*page[:QUEUE_PAGE_SIZE], *rows.filter(is_own)], len(page) > QUEUE_PAGE_SIZE


@moderator_page(takes="post")
def choose_queue_filter(request: SignedInRequest, case_type: CaseType) -> HttpResponse:
    """Store the chosen filter for all queues of this moderator, or delete it if `clear` is posted."""
    if "clear" in request.POST:
        clear_queue_filter(request.user)
        return redirect(f"desk:{case_type.queue_name}")
    queue_filter, fields = _get_filter(request, case_type)
    form = QueueFilterForm(queue_filter, fields, request.POST)
    if not form.is_valid():
        return render_queue(request, case_type, 422, filter_form=form)
    form.save()
    return redirect(f"desk:{case_type.queue_name}")


@moderator_page(takes="post")
def open_next_case(request: SignedInRequest, case_type: CaseType) -> HttpResponse:
    """From a case: release `after` and open the case behind it. From the queue: open the first case."""
    after = parse_row_id(request.POST.get("after", ""))
    if after is None:
        return redirect_to_next_case(request, case_type)
    release_claim(case_type.kind, after, request.user)
    next_case = NextCase(request.user, case_type, _get_filter(request, case_type)[0])
    number = next_case.claim_behind(after)
    if number is None and next_case.is_waiting:
        messages.info(request, "后面没有还没处理的了。要从第一件看起，按「处理下一件」。")
        return redirect(f"desk:{case_type.queue_name}")
    return _redirect_to_case(request, case_type, next_case, number)


def redirect_after_case_action(
    request: SignedInRequest, case_type: CaseType, after: int | None = None
) -> HttpResponse:
    """Redirect to the page of the button, which is the queue or the case `stay`; else to the next case."""
    if stay := parse_row_id(request.POST.get("stay", "")):
        return redirect(f"desk:{case_type.kind}", stay)
    if "from_queue" in request.POST:
        return redirect(f"desk:{case_type.queue_name}")
    return redirect_to_next_case(request, case_type, after)


def redirect_to_next_case(
    request: SignedInRequest, case_type: CaseType, after: int | None = None
) -> HttpResponse:
    """Redirect to the first waiting case that nobody else has, except `after`; to the queue if there is none."""
    next_case = NextCase(request.user, case_type, _get_filter(request, case_type)[0])
    return _redirect_to_case(request, case_type, next_case, next_case.claim_first(after))


def _redirect_to_case(
    request: SignedInRequest, case_type: CaseType, next_case: NextCase, number: int | None
) -> HttpResponse:
    if number is not None:
        if number in next_case.put_aside.left_out:
            messages.info(request, "别的都看过了，剩下的是跳过、推迟或交给组长的。")
        return redirect(f"desk:{case_type.kind}", number)
    filters, fields = _get_filter(request, case_type)
    start = "按你的筛选，" if filters.is_set_for(fields) else ""
    messages.success(request, f"{start}这一队都处理完了，或者都有人在看。")
    return redirect(f"desk:{case_type.queue_name}")
