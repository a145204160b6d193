"""One decision with one reason for several listings; each listing is decided as if it were decided alone."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.models import Employer, SignedInRequest, User
from accounts.staff.scope import get_staff_scope, list_in_scope
from listings.choices import ListingStatus as S
from listings.models import Listing
from safety.case_pages.employer_cases import find_employer_address, list_employers_with_cases
from safety.case_pages.queue_views import QUEUE_PAGE_SIZE, render_queue
from safety.casework.listing_case import (
    APPROVALS,
    REFUSAL_ACTIONS,
    ListingCase,
    ListingUnderReview,
    choose_approval,
)
from safety.choices import CaseKind
from safety.moderation.canned_reasons import (
    describe_open_gaps,
    find_canned_reasons,
    join_reason_words,
    list_canned_reasons,
)
from safety.moderation.case_facts import MAX_FACTS_SHOWN
from safety.moderation.decisions import (
    CASE_TYPES,
    REFUSALS,
    DecisionRefused,
    make_decision,
    mark_as_bulk,
)
from safety.moderation.desk_layout import moderator_page
from safety.moderation.forms import MAX_REASON_LENGTH
from safety.moderation.waiting_cases import HIGH
from sitekit.forms.fields import LineField
from sitekit.web.row_ids import parse_row_id

MAX_CASES = 4 * QUEUE_PAGE_SIZE  # a page also shows the cases that the moderator put aside
# By the posted `action`: what is done with a new text, and with an edit.
_ACTIONS_BY_BUTTON = {"approve": APPROVALS, "refuse": REFUSAL_ACTIONS}


class ReasonForm(forms.Form):
    reason = LineField(required=False, max_length=MAX_REASON_LENGTH)


@moderator_page(takes="post")
def decide_listings_in_bulk(request: SignedInRequest) -> HttpResponseBase:
    """Each posted `case` is the number of a listing, the state in which the moderator saw it, and the mark of what
    others had written about it."""
    actions = _ACTIONS_BY_BUTTON.get(request.POST.get("action", ""))
    seen = _parse_cases(request.POST.getlist("case")[:MAX_CASES])
    group = _find_group(request)
    if not actions or not seen:
        messages.warning(request, "先勾选几条，再选通过或不通过。")
        return _show_again(request, group, 422)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.warning(
            request, f"一条也没有处理：原因最多 {MAX_REASON_LENGTH} 个字，不能有看不见的字符。"
        )
        return _show_again(request, group, 422)
    reason, codes = form.cleaned_data["reason"], list(filter(None, request.POST.getlist("canned")))
    if actions == REFUSAL_ACTIONS and not (reason or codes):
        wrong = "不通过要有原因：选一条常用理由，或者自己写。"
        return _show_again(request, group, 422, wrong=wrong)
    if words := describe_open_gaps(reason):
        return _show_again(request, group, 422, wrong=words)
    decided, refusals = [], []
    listings = list_in_scope(Listing.objects.select_related("employer"), request.user, "region")
    for listing in listings.filter(pk__in=seen):
        action = actions[0] if listing.status == S.PENDING else actions[1]
        if actions == APPROVALS:
            case = ListingUnderReview(listing)
            action = choose_approval(case, request.user, action) or action
        try:
            answers = _fill_reason(listing, action, reason, codes)
            answers |= {"seen": seen[listing.pk][0], "entries": seen[listing.pk][1]}
            decision = make_decision(CaseKind.LISTING, listing.pk, action, request.user, **answers)
        except REFUSALS as refused:
            refusals.append(f"「{listing.title}」：{refused}")
        else:
            decided.append(decision)
    mark_as_bulk(decided)  # the bar of undo says what was done
    _tell_refusals(request, refusals, len(seen) - len(decided) - len(refusals))
    if len(decided) < len(seen):
        return _show_again(request, group, 409)
    return redirect("desk:employer_cases", group.pk) if group else redirect("desk:listings")


def _parse_cases(cases: list[str]) -> dict[int, tuple[str, str]]:
    """Return state and mark by the number of the listing."""
    parts = [f"{case}::".split(":") for case in cases]
    return {number: (part[1], part[2]) for part in parts if (number := parse_row_id(part[0]))}


def _tell_refusals(request: SignedInRequest, refusals: list[str], missing_count: int) -> None:
    for refusal in refusals:
        messages.warning(request, f"没有处理{refusal}")
    if missing_count:
        words = f"{missing_count} 条没有处理：已经不在了，或者不在你负责的地区。"
        messages.warning(request, words)


def _show_again(
    request: SignedInRequest, group: Employer | None, status: int, **further_context: Any
) -> TemplateResponse:
    """Show the page of the form with what was ticked, chosen and typed."""
    if group:
        return render_employer_cases(request, group, status, **further_context)
    return render_queue(request, ListingCase(), status, **further_context)


def _find_group(request: SignedInRequest) -> Employer | None:
    """Return the employer on whose page the cases were ticked, if it was that page."""
    number = parse_row_id(request.POST.get("employer", ""))
    employers = list_employers_with_cases(request.user)
    return employers.filter(pk=number).first() if number else None


@moderator_page(takes="read")
def show_employer_cases(request: SignedInRequest, pk: int) -> TemplateResponse:
    employer = get_object_or_404(list_employers_with_cases(request.user), pk=pk)
    return render_employer_cases(request, employer)


def render_employer_cases(
    request: SignedInRequest, employer: Employer, status: int = 200, **further_context: Any
) -> TemplateResponse:
    """Render the waiting listings of an employer, with links to its other cases. At first all listings are ticked
    except those of high risk, which must be read one by one; after an error, those that the moderator ticked."""
    context: dict[str, Any] = {
        "employer": employer,
        "employer_address": find_employer_address(employer, request.user),
        "other_cases": _list_other_cases(employer, request.user),
    }
    response = render_queue(
        request,
        ListingCase(),
        status,
        only=Q(employer=employer),
        template="safety/bulk_decisions/employer_cases.html",
        title=f"{employer.name}：待审案件",
        **context,
        **further_context,
    )
    if request.method == "GET" and response.context_data is not None:
        rows = response.context_data["rows"]
        response.context_data["ticked"] = [row.case for row in rows if row.band != HIGH]
    return response


def _list_other_cases(
    employer: Employer, moderator: User
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return (label, [(name, address)]) of the waiting cases of each other kind, a few of each kind."""
    others, scope = [], get_staff_scope(moderator)
    for kind, case_type in CASE_TYPES.items():
        if kind == CaseKind.LISTING:
            continue
        cases = case_type.list_cases_in(scope).filter(case_type.build_employer_condition(employer))
        numbers = list(cases.values_list("pk", flat=True)[:MAX_FACTS_SHOWN])
        names = case_type.describe_numbers(numbers) if numbers else {}
        rows = [(name, reverse(f"desk:{kind}", args=[pk])) for pk, name in names.items()]
        if rows:
            others.append((case_type.queue_label, rows))
    return others


def _fill_reason(listing: Listing, action: str, reason: str, codes: list[str]) -> dict[str, Any]:
    """Return the reason of the decision: what the moderator wrote, else the chosen canned reasons, filled for this
    listing. The code of the first canned reason is stored with the decision."""
    if not codes or not ListingCase.actions[action].needs_reason:
        return {"reason": reason}
    facts = ListingCase().collect_reason_facts(ListingUnderReview(listing))
    chosen = find_canned_reasons(list_canned_reasons(CaseKind.LISTING, facts), codes)
    if not reason:
        reason = join_reason_words(chosen)
        if len(reason) > MAX_REASON_LENGTH and len(chosen) > 1:
            words = f"选的理由合起来超过 {MAX_REASON_LENGTH} 个字，请少选一条，或者自己写。"
            raise DecisionRefused(words)
    return {"reason": reason[:MAX_REASON_LENGTH], "canned": chosen[0].code if chosen else ""}
