"""The views that every kind of case has: its queue, a case, deciding, claiming and releasing it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from accounts.models import SignedInRequest
from safety.case_queues.case_notes import (
    NoteForm,
    add_case_note,
    attach_note_counts,
    list_case_notes,
)
from safety.case_queues.postponements import (
    CasesPutAside,
    DeferForm,
    defer_case,
    find_cases_put_aside,
    resume_case,
    skip_case,
)
from safety.case_queues.queue_filters import (
    QueueFilterForm,
    clear_queue_filter,
    get_queue_filter,
)
from safety.models import CannedReason, Decision, QueueFilter
from safety.moderation.canned_reasons import list_canned_reasons
from safety.moderation.case_facts import SHOWN
from safety.moderation.case_type import CaseType, DetailsForm
from safety.moderation.claims import (
    CaseTaken,
    claim_case,
    claim_next_case,
    get_claim,
    release_claim,
)
from safety.moderation.decisions import REFUSALS, decide_together
from safety.moderation.desk_layout import moderator_page, render_desk_page
from safety.moderation.forms import ConfirmForm, DecisionForm
from sitekit.web.pages import show_refusal
from sitekit.web.row_ids import parse_row_id

QUEUE_PAGE_SIZE = 50


def build_case_urls(case_type: CaseType) -> list[URLPattern]:
    queue, kind, arguments = case_type.queue_name, case_type.kind, {"case_type": case_type}
    return [
        path(f"{queue}/", show_queue, arguments, name=queue),
        path(f"{queue}/next/", open_next_case, arguments, name=f"{queue}_next"),
        path(f"{queue}/filter/", choose_queue_filter, arguments, name=f"{queue}_filter"),
        path(f"{queue}/<int:pk>/", show_case, arguments, name=kind),
        path(f"{queue}/<int:pk>/take/", take_case, arguments, name=f"{kind}_take"),
        path(f"{queue}/<int:pk>/release/", release_case, arguments, name=f"{kind}_release"),
        path(f"{queue}/<int:pk>/skip/", skip_queued_case, arguments, name=f"{kind}_skip"),
        path(f"{queue}/<int:pk>/defer/", defer_queued_case, arguments, name=f"{kind}_defer"),
        path(f"{queue}/<int:pk>/resume/", resume_queued_case, arguments, name=f"{kind}_resume"),
        path(f"{queue}/<int:pk>/note/", write_case_note, arguments, name=f"{kind}_note"),
        path(f"{queue}/<int:pk>/decide/", decide_case, arguments, name=f"{kind}_decide"),
    ]


@moderator_page(takes="read")
def show_queue(request: SignedInRequest, case_type: CaseType) -> TemplateResponse:
    return render_queue(request, case_type)


def render_queue(
    request: SignedInRequest, case_type: CaseType, status: int = 200, **more: Any
) -> TemplateResponse:
    """Render the queue; `more` is further template context."""
    filters = get_queue_filter(request.user)
    put_aside = find_cases_put_aside(case_type.kind, request.user)
    rows, has_more = _list_page_rows(case_type, filters, put_aside)
    shown = case_type.attach_queue_display(rows, request.user)
    put_aside.attach_to(shown)
    attach_note_counts(case_type.kind, shown)
    context = {
        "rows": shown,
        "more": has_more,
        "case_type": case_type,
        "next_to": reverse(f"desk:{case_type.queue_name}_next"),
        "filter_to": reverse(f"desk:{case_type.queue_name}_filter"),
        "filter_form": QueueFilterForm(filters, case_type.filter_fields),
        "filters": filters,
        "filtered": filters.is_set_for(case_type.filter_fields),
        "measured": case_type.measure_queue(filters),
        **case_type.build_queue_context(request, shown),
        **more,
    }
    name = case_type.queue_name
    return render_desk_page(
        request, f"safety/casework/{name}.html", name, case_type.queue_title, status, **context
    )


def _list_page_rows(
    case_type: CaseType, filters: QueueFilter, put_aside: CasesPutAside
) -> tuple[list, bool]:
    """Return the rows of the page and whether there are more. What the moderator put aside stands at the
    end, however many others there are: a case of which the day has not come is found there."""
    rows = case_type.list_queue_rows(filters)
    if not put_aside.own:
        page = list(rows[: QUEUE_PAGE_SIZE + 1])
        return page[:QUEUE_PAGE_SIZE], len(page) > QUEUE_PAGE_SIZE
    is_own = Q(**{f"{case_type.row_number_field}__in": put_aside.own})
    page = list(rows.exclude(is_own)[: QUEUE_PAGE_SIZE + 1])
    return [*page[:QUEUE_PAGE_SIZE], *rows.filter(is_own)], len(page) > QUEUE_PAGE_SIZE


@moderator_page(takes="post")
def choose_queue_filter(request: SignedInRequest, case_type: CaseType) -> HttpResponse:
    """Keep what was chosen for all queues of this moderator, or forget it with `clear`."""
    if "clear" in request.POST:
        clear_queue_filter(request.user)
        return redirect(f"desk:{case_type.queue_name}")
    kept = get_queue_filter(request.user)
    form = QueueFilterForm(kept, case_type.filter_fields, request.POST)
    if not form.is_valid():
        return render_queue(request, case_type, 422, filter_form=form)
    form.save()
    return redirect(f"desk:{case_type.queue_name}")


@moderator_page(takes="post")
def open_next_case(request: SignedInRequest, case_type: CaseType) -> HttpResponse:
    """Not the case `after`, on whose page the button was pressed: it is released."""
    after = parse_row_id(request.POST.get("after", ""))
    if after is not None:
        release_claim(case_type.kind, after, request.user)
    return _redirect_to_next_case(request, case_type, after)


def _redirect_to_next_case(
    request: SignedInRequest, case_type: CaseType, after: int | None = None
) -> HttpResponse:
    """Claim the next waiting case that nobody else has and go there; without one to the queue."""
    kind, moderator = case_type.kind, request.user
    filters, put_aside = get_queue_filter(moderator), find_cases_put_aside(kind, moderator)
    for picked in put_aside.list_stages():
        numbers = case_type.list_waiting(moderator, filters, picked & ~Q(pk=after))
        number = claim_next_case(kind, numbers, moderator)
        if number is not None:
            if put_aside.list_of(number):
                messages.info(request, "别的都看过了，剩下的是跳过或推迟的。")
            return redirect(f"desk:{kind}", number)
    start = "按你的筛选，" if filters.is_set_for(case_type.filter_fields) else ""
    messages.success(request, f"{start}这一队都处理完了，或者都有人在看。")
    return redirect(f"desk:{case_type.queue_name}")


@moderator_page(takes="post")
def take_case(request: SignedInRequest, case_type: CaseType, pk: int) -> HttpResponse:
    """Claim a case or renew the claim; a script renews it while the page is open."""
    case_type.get_or_404(pk)
    is_renewal = request.headers.get("X-Desk") == "renew"
    try:
        claim_case(case_type.kind, pk, request.user)
    except CaseTaken as taken:
        if is_renewal:
            return HttpResponse(status=409)
        messages.error(request, str(taken))
    return HttpResponse(status=204) if is_renewal else redirect(f"desk:{case_type.kind}", pk)


@moderator_page(takes="post")
def release_case(request: SignedInRequest, case_type: CaseType, pk: int) -> HttpResponse:
    release_claim(case_type.kind, pk, request.user)
    return redirect(f"desk:{case_type.queue_name}")


@moderator_page(takes="post")
def write_case_note(request: SignedInRequest, case_type: CaseType, pk: int) -> HttpResponse:
    """Notes need no claim: who reads along may add one."""
    case_page = _CasePage(request, case_type, pk)
    form = NoteForm(request.POST, auto_id="id_note_%s")
    if not form.is_valid():
        return case_page.render(DecisionForm(case_type=case_type), 422, note_form=form)
    add_case_note(case_type.kind, pk, request.user, form.cleaned_data["words"])
    return redirect(reverse(f"desk:{case_type.kind}", args=[pk]) + "#notes")


@moderator_page(takes="post")
def skip_queued_case(request: SignedInRequest, case_type: CaseType, pk: int) -> HttpResponse:
    row = case_type.get_or_404(pk)
    skip_case(case_type.kind, case_type.list_numbers_put_aside(row, pk), request.user)
    return _leave_case(request, case_type, pk)


@moderator_page(takes="post")
def defer_queued_case(request: SignedInRequest, case_type: CaseType, pk: int) -> HttpResponse:
    case_page = _CasePage(request, case_type, pk)
    form = DeferForm(request.POST)
    if not form.is_valid():
        blank = DecisionForm(case_type=case_type)
        return case_page.render(blank, 422, defer_form=form)
    numbers = case_type.list_numbers_put_aside(case_page.row, pk)
    days_ahead, why = int(form.cleaned_data["days"]), form.cleaned_data["why"]
    defer_case(case_type.kind, numbers, request.user, days_ahead, why)
    return _leave_case(request, case_type, pk)


def _leave_case(request: SignedInRequest, case_type: CaseType, pk: int) -> HttpResponse:
    """Release the case; back to the queue if the button stood there, else on to the next case."""
    release_claim(case_type.kind, pk, request.user)
    if "from_queue" in request.POST:
        return redirect(f"desk:{case_type.queue_name}")
    return _redirect_to_next_case(request, case_type, pk)


@moderator_page(takes="post")
def resume_queued_case(request: SignedInRequest, case_type: CaseType, pk: int) -> HttpResponse:
    """Undo skipping or deferring; from the bar of undo and the case on to the case, claimed."""
    row = case_type.get_or_404(pk)
    resume_case(case_type.kind, case_type.list_numbers_put_aside(row, pk), request.user)
    if "from_queue" in request.POST:
        return redirect(f"desk:{case_type.queue_name}")
    with show_refusal(request):
        claim_case(case_type.kind, pk, request.user)
    return redirect(f"desk:{case_type.kind}", pk)


@moderator_page(takes="read")
def show_case(request: SignedInRequest, case_type: CaseType, pk: int) -> TemplateResponse:
    return _CasePage(request, case_type, pk).render(DecisionForm(case_type=case_type))


@moderator_page(takes="post")
def decide_case(request: SignedInRequest, case_type: CaseType, pk: int) -> HttpResponse:
    """Fill in a canned reason, show errors, or confirm a final decision; else make the decision and
    go on to the next case."""
    case_page = _CasePage(request, case_type, pk)
    if "fill" in request.POST:
        return case_page.render(case_page.fill_reason())
    details_form = case_type.build_details_form(case_page.row, request.user, request.POST)
    if details_form is not None and not details_form.is_valid():
        form = DecisionForm(initial=request.POST.dict(), case_type=case_type)
        return case_page.render(form, 422, details_form)
    form = case_page.build_decision_form()
    is_confirmation = "confirm" in request.POST
    if not form.is_valid() and not (is_confirmation and "action" in form.cleaned_data):
        return case_page.render(form, 422)
    action = case_type.actions[form.cleaned_data["action"]]
    details = details_form.get_decision_details() if details_form else {}
    alike: list[tuple[int, str]] = []
    if action.is_final:
        confirm = case_page.build_confirm_form(form)
        if not confirm.is_valid() or not form.is_valid():
            return case_page.render_confirm(form, confirm)
        details |= confirm.get_decision_details()
        alike = confirm.list_alike()
    try:
        decide_together(
            case_type.kind, pk, alike, moderator=request.user, **form.cleaned_data, **details
        )
    except REFUSALS as refused:
        messages.error(request, str(refused))
        # Read anew: others may have decided it meanwhile.
        return _CasePage(request, case_type, pk).render(form, 409)
    if action.is_final:
        name = case_type.describe_case(case_page.row)
        others = f"和另外 {len(alike)} 件" if alike else ""
        messages.success(request, f"「{name}」{others}：{action.label}。这个决定不能撤销。")
    if "from_queue" in request.POST:
        return redirect(f"desk:{case_type.queue_name}")
    return _redirect_to_next_case(request, case_type)


class _CasePage[Row]:
    """The page of one case. Raises `Http404` if there is no such case."""

    def __init__(self, request: SignedInRequest, case_type: CaseType[Row], number: int) -> None:
        self._request, self._case_type, self._number = request, case_type, number
        self.row = case_type.get_or_404(number)

    def render(
        self,
        form: DecisionForm,
        status: int = 200,
        details_form: DetailsForm | None = None,
        defer_form: DeferForm | None = None,
        note_form: NoteForm | None = None,
    ) -> TemplateResponse:
        request, case_type, number, row = self._request, self._case_type, self._number, self.row
        kind = case_type.kind
        actions = case_type.list_actions(row, request.user)
        claim = get_claim(kind, number)
        put_aside = find_cases_put_aside(kind, request.user)
        context = {
            "case_type": case_type,
            "choices": [(code, case_type.get_action(code)) for code in actions],
            "reasons": self._list_reasons(actions if case_type.sorts_reasons else None),
            "form": form,
            "details_form": details_form or case_type.build_details_form(row, request.user),
            "seen": case_type.hash_state(row),
            "claim": claim,
            "mine": claim is not None and claim.moderator_id == request.user.pk,
            "decisions": self._list_decisions(),
            "number": number,
            "put_aside": put_aside.list_of(number),
            "own_postponement": put_aside.get_own(number),
            "defer_form": defer_form or DeferForm(),
            "notes": list_case_notes(kind, number),
            "note_form": note_form or NoteForm(auto_id="id_note_%s"),
            "note_to": reverse(f"desk:{kind}_note", args=[number]),
            "skip_to": reverse(f"desk:{kind}_skip", args=[number]),
            "defer_to": reverse(f"desk:{kind}_defer", args=[number]),
            "resume_to": reverse(f"desk:{kind}_resume", args=[number]),
            "next_to": reverse(f"desk:{case_type.queue_name}_next"),
            "take_to": reverse(f"desk:{kind}_take", args=[number]),
            "release_to": reverse(f"desk:{kind}_release", args=[number]),
            "decide_to": reverse(f"desk:{kind}_decide", args=[number]),
            **case_type.build_context(row),
        }
        return self._render(
            f"safety/casework/{kind}.html", case_type.build_page_title(row), status, context
        )

    def render_confirm(self, form: DecisionForm, confirm: ConfirmForm) -> TemplateResponse:
        case_type = self._case_type
        context = {
            "case": case_type.describe_case(self.row),
            "case_type": case_type,
            "address": self._request.path,
            "back": reverse(f"desk:{case_type.kind}", args=[self._number]),
            "form": form,
            "confirm": confirm,
            "alike": case_type.list_alike_choices(self.row),
            "is_from_queue": "from_queue" in self._request.POST,
            "label": case_type.actions[form.cleaned_data["action"]].label,
            "consequences": case_type.list_consequences(self.row),
            "does_harm": case_type.does_harm,
        }
        status = 422 if confirm.is_bound else 200
        return self._render("safety/moderation/confirm.html", "再确认一次", status, context)

    def _render(
        self, template: str, title: str, status: int, context: dict[str, Any]
    ) -> TemplateResponse:
        queue = self._case_type.queue_name
        return render_desk_page(self._request, template, queue, title, status, **context)

    def fill_reason(self) -> DecisionForm:
        """Return the form with a canned reason in it; browsers without script ask the server for it."""
        data = self._request.POST.dict()
        if reason := self._find_reason(data.get("canned")):
            data |= {"reason": reason.words}
        return DecisionForm(initial=data, case_type=self._case_type)

    def build_decision_form(self) -> DecisionForm:
        """Return the form as it was sent; a final action may begin with a reason of the kind of case."""
        data = self._request.POST.dict()
        action = self._case_type.get_action(data.get("action", ""))
        if action.suggests_reason and not data.get("reason") and "confirm" not in data:
            data["reason"] = self._case_type.suggest_reason(self.row)
        return DecisionForm(data, case_type=self._case_type)

    def build_confirm_form(self, form: DecisionForm) -> ConfirmForm:
        """Preselect the fraud type: that of the canned reason, else the guess of the kind of case."""
        reason = self._find_reason(form.cleaned_data["canned"])
        fraud_type = (reason and reason.fraud_type) or self._case_type.guess_fraud_type(self.row)
        return ConfirmForm(
            self._request.POST if "confirm" in self._request.POST else None,
            with_fraud_type=self._case_type.asks_fraud_type,
            with_freeze=self._case_type.may_freeze_employer(self.row),
            alike=self._case_type.list_alike_choices(self.row),
            initial={"fraud_type": fraud_type},
        )

    def _list_decisions(self) -> QuerySet[Decision]:
        """Return the newest decisions, each with `words`, the label of its action."""
        decisions = Decision.objects.filter(kind=self._case_type.kind, number=self._number)
        decisions = decisions.select_related("moderator")[:SHOWN]
        for decision in decisions:
            decision.words = self._case_type.get_action(decision.action).label
        return decisions

    def _list_reasons(self, actions: Sequence[str] | None = None) -> list[CannedReason]:
        facts = self._case_type.collect_reason_facts(self.row)
        return list_canned_reasons(self._case_type.kind, facts, actions)

    def _find_reason(self, code: str | None) -> CannedReason | None:
        if not code:
            return None
        return next((reason for reason in self._list_reasons() if reason.code == code), None)
