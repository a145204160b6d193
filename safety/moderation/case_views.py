"""The views that every kind of case has: its queue, a case, deciding, claiming and releasing it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from accounts.models import SignedInRequest, User
from safety.models import CannedReason
from safety.moderation.canned_reasons import list_canned_reasons
from safety.moderation.case_facts import list_case_decisions
from safety.moderation.case_type import CaseType, DetailsForm
from safety.moderation.claims import (
    CaseTaken,
    claim_case,
    claim_next_case,
    get_claim,
    release_claim,
)
from safety.moderation.decisions import REFUSALS, make_decision
from safety.moderation.desk_layout import (
    moderator_page,
    render_desk_page,
    show_refusal,
    show_success,
)
from safety.moderation.forms import ConfirmForm, DecisionForm

QUEUE_PAGE_SIZE = 50

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class CaseViews:
    queue: View
    case: View
    decide: View
    claim_next: View
    claim: View
    release: View


def build_case_views(case_type: CaseType) -> CaseViews:
    @moderator_page(takes="read")
    def queue(request: SignedInRequest) -> HttpResponse:
        return render_queue(request, case_type)

    @moderator_page(takes="read")
    def case(request: SignedInRequest, pk: int) -> HttpResponse:
        return _render_case(request, case_type, pk, case_type.get_or_404(pk))

    @moderator_page(takes="post")
    def decide(request: SignedInRequest, pk: int) -> HttpResponse:
        return _handle_decision(request, case_type, pk)

    @moderator_page(takes="post")
    def claim_next(request: SignedInRequest) -> HttpResponse:
        return _redirect_to_next_case(request, case_type)

    @moderator_page(takes="post")
    def claim(request: SignedInRequest, pk: int) -> HttpResponse:
        case_type.get_or_404(pk)
        return _claim(request, case_type, pk)

    @moderator_page(takes="post")
    def release(request: SignedInRequest, pk: int) -> HttpResponse:
        release_claim(case_type.kind, pk, request.user)
        return redirect(f"desk:{case_type.queue_name}")

    return CaseViews(queue, case, decide, claim_next, claim, release)


def build_case_urls(case_type: CaseType) -> list[URLPattern]:
    views = build_case_views(case_type)
    queue, kind = case_type.queue_name, case_type.kind
    return [
        path(f"{queue}/", views.queue, name=queue),
        path(f"{queue}/next/", views.claim_next, name=f"{queue}_next"),
        path(f"{queue}/<int:pk>/", views.case, name=kind),
        path(f"{queue}/<int:pk>/take/", views.claim, name=f"{kind}_take"),
        path(f"{queue}/<int:pk>/release/", views.release, name=f"{kind}_release"),
        path(f"{queue}/<int:pk>/decide/", views.decide, name=f"{kind}_decide"),
    ]


def render_queue(
    request: SignedInRequest, case_type: CaseType, status: int = 200, **more: Any
) -> TemplateResponse:
    """Render the queue; `more` is further template context."""
    rows = list(case_type.list_queue_rows(request.GET)[: QUEUE_PAGE_SIZE + 1])
    shown = case_type.attach_queue_display(rows[:QUEUE_PAGE_SIZE], request.user)
    context = {
        "rows": shown,
        "more": len(rows) > QUEUE_PAGE_SIZE,
        **case_type.build_queue_context(request, shown),
        **more,
    }
    name = case_type.queue_name
    return render_desk_page(
        request, f"safety/casework/{name}.html", name, case_type.queue_title, status, **context
    )


def _render_case[Row](  # noqa: PLR0913 - what is shown again has these parts
    request: SignedInRequest,
    case_type: CaseType[Row],
    number: int,
    row: Row,
    form: DecisionForm | None = None,
    *,
    status: int = 200,
    details_form: DetailsForm | None = None,
) -> TemplateResponse:
    kind, queue = case_type.kind, case_type.queue_name
    actions = case_type.list_actions(row, request.user)
    claim = get_claim(kind, number)
    context = {
        "choices": _build_buttons(case_type, actions),
        "reasons": _list_reasons(case_type, row, actions if case_type.sorts_reasons else None),
        "form": form or DecisionForm(case_type=case_type),
        "details_form": details_form or case_type.build_details_form(row),
        "seen": case_type.hash_state(row),
        "claim": claim,
        "mine": claim is not None and claim.moderator_id == request.user.pk,
        "decisions": list_case_decisions(kind, number, case_type.labels),
        "next_to": reverse(f"desk:{queue}_next"),
        "take_to": reverse(f"desk:{kind}_take", args=[number]),
        "release_to": reverse(f"desk:{kind}_release", args=[number]),
        "decide_to": reverse(f"desk:{kind}_decide", args=[number]),
        **case_type.build_context(request, row),
    }
    title = case_type.build_page_title(row)
    return render_desk_page(
        request, f"safety/casework/{kind}.html", queue, title, status, **context
    )


def _build_buttons(case_type: CaseType, actions: Sequence[str]) -> list[dict[str, Any]]:
    """Return the buttons; the first is filled, those of harmful final actions are red."""
    return [
        {
            "action": action,
            "label": case_type.labels[action] + ("…" if action in case_type.final else ""),
            "is_danger": action in case_type.final and case_type.does_harm,
            "is_filled": position == 0 and case_type.has_usual,
            "key": case_type.keys.get(action, ""),
            "needs_reason": action in case_type.needs_reason,
        }
        for position, action in enumerate(actions)
    ]


def _list_reasons[Row](
    case_type: CaseType[Row], row: Row, actions: Sequence[str] | None = None
) -> list[CannedReason]:
    return list_canned_reasons(case_type.kind, case_type.collect_reason_facts(row), actions)


# -- deciding


def _handle_decision(request: SignedInRequest, case_type: CaseType, number: int) -> HttpResponse:
    """Fill in a canned reason, show errors, or confirm a final decision; else make the decision and
    go on to the next case."""
    row = case_type.get_or_404(number)
    if "fill" in request.POST:
        return _render_case(request, case_type, number, row, _fill_reason(request, case_type, row))
    details_form = case_type.build_details_form(row, request.POST)
    if details_form is not None and not details_form.is_valid():
        form = DecisionForm(initial=request.POST.dict(), case_type=case_type)
        return _render_case(
            request, case_type, number, row, form, status=422, details_form=details_form
        )
    form = DecisionForm(request.POST, case_type=case_type)
    if not form.is_valid():
        return _render_case(request, case_type, number, row, form, status=422)
    is_final = form.cleaned_data["action"] in case_type.final
    confirm = _build_confirm_form(request, case_type, row, form) if is_final else None
    if confirm is not None and not confirm.is_valid():
        return _render_confirm(request, case_type, number, row, form, confirm)
    details = details_form.get_decision_details() if details_form else {}
    try:
        _make_decision(request.user, case_type, number, form, confirm, details)
    except REFUSALS as refused:
        show_refusal(request, refused)
        row = case_type.get_or_404(number)  # others may have decided it meanwhile
        return _render_case(request, case_type, number, row, form, status=409)
    if is_final:
        label = case_type.labels[form.cleaned_data["action"]]
        show_success(request, f"「{case_type.describe_case(row)}」：{label}。这个决定不能撤销。")
    return _redirect_to_next_case(request, case_type)


def _make_decision(
    moderator: User,
    case_type: CaseType,
    number: int,
    form: DecisionForm,
    confirm: ConfirmForm | None,
    details: dict[str, Any],
) -> None:
    data = form.cleaned_data
    make_decision(
        case_type.kind,
        number,
        data["action"],
        moderator,
        data["reason"],
        canned=data["canned"],
        fraud_type=confirm.cleaned_data.get("fraud_type", "") if confirm else "",
        confirmed=confirm is not None,
        seen=data["seen"],
        **details,
    )


def _fill_reason[Row](request: SignedInRequest, case_type: CaseType[Row], row: Row) -> DecisionForm:
    """Return the form with a canned reason in it; browsers without script ask the server for it."""
    data = request.POST.dict()
    if reason := _find_reason(case_type, row, data.get("canned")):
        data |= {"reason": reason.words}
    return DecisionForm(initial=data, case_type=case_type)


def _find_reason[Row](case_type: CaseType[Row], row: Row, code: str | None) -> CannedReason | None:
    if not code:
        return None
    return next((r for r in _list_reasons(case_type, row) if r.code == code), None)


def _build_confirm_form[Row](
    request: SignedInRequest, case_type: CaseType[Row], row: Row, form: DecisionForm
) -> ConfirmForm:
    """Preselect the fraud type: that of the canned reason, else the guess of the kind of case."""
    reason = _find_reason(case_type, row, form.cleaned_data["canned"])
    fraud_type = (reason and reason.fraud_type) or case_type.guess_fraud_type(row)
    return ConfirmForm(
        request.POST if "confirm" in request.POST else None,
        with_fraud_type=case_type.asks_fraud_type,
        initial={"fraud_type": fraud_type},
    )


def _render_confirm[Row](
    request: SignedInRequest,
    case_type: CaseType[Row],
    number: int,
    row: Row,
    form: DecisionForm,
    confirm: ConfirmForm,
) -> TemplateResponse:
    context = {
        "case": case_type.describe_case(row),
        "address": request.path,
        "back": reverse(f"desk:{case_type.kind}", args=[number]),
        "form": form,
        "confirm": confirm,
        "label": case_type.labels[form.cleaned_data["action"]],
        "consequences": case_type.list_consequences(row),
        "does_harm": case_type.does_harm,
    }
    status = 422 if confirm.is_bound else 200
    return render_desk_page(
        request,
        "safety/moderation/confirm.html",
        case_type.queue_name,
        "再确认一次",
        status,
        **context,
    )


# -- claiming


def _redirect_to_next_case(request: SignedInRequest, case_type: CaseType) -> HttpResponse:
    """Claim the next waiting case that nobody else has and go there; without one to the queue."""
    kind = case_type.kind
    number = claim_next_case(kind, case_type.list_waiting(request.user), request.user)
    if number is None:
        show_success(request, "这一队都处理完了，或者都有人在看。")
        return redirect(f"desk:{case_type.queue_name}")
    return redirect(f"desk:{kind}", number)


def _claim(request: SignedInRequest, case_type: CaseType, number: int) -> HttpResponse:
    """Claim a case or renew the claim; a script renews it while the page is open."""
    is_renewal = request.headers.get("X-Desk") == "renew"
    try:
        claim_case(case_type.kind, number, request.user)
    except CaseTaken as taken:
        if is_renewal:
            return HttpResponse(status=409)
        show_refusal(request, taken)
    return HttpResponse(status=204) if is_renewal else redirect(f"desk:{case_type.kind}", number)
