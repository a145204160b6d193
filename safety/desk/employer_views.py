"""The queue of employers to be checked and one of its cases."""

from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from stdnum.cn import uscc

from accounts import phones
from accounts.models import Employer
from accounts.models import EmployerStatus as S
from accounts.submitting import is_waiting, missing
from cities import directory
from safety import canned, claims
from safety.choices import CaseKind
from safety.desk import cases, employer_desk, facts, flow, frame
from safety.desk.forms import ChecksForm

KIND = CaseKind.EMPLOYER
PAGE = 50


def _get(pk):
    rows = Employer.objects.select_related("region")
    return flow.found_or_404(rows, pk, "没有这家单位。")


take_next, take, release = flow.hands(KIND, "desk:employers", _get)


@require_safe
@frame.desk
def employers(request):
    found = list(cases.employers()[: PAGE + 1])
    rows, more = found[:PAGE], len(found) > PAGE
    holders = claims.holders(KIND, [row.pk for row in rows]) if rows else {}
    for row in rows:
        row.held_by = holders.get(row.pk)
        row.is_mine = row.held_by is not None and row.held_by.moderator_id == request.user.pk
        row.where = directory.get(row.region_id)
        row.is_renewal = row.status == S.VERIFIED
    context = {"rows": rows, "more": more}
    return frame.page(request, "admin/desk/employers.html", "employers", "单位资料", **context)


@require_safe
@frame.desk
def employer(request, pk):
    found = _get(pk)
    return _case(request, found, _flow(request, found))


@require_POST
@frame.desk
def decide(request, pk):
    """To verify says what was looked at; the other decisions leave that part alone."""
    found = _get(pk)
    if request.POST.get("action") != S.VERIFIED or "fill" in request.POST:
        return flow.press(request, _flow(request, found))
    checks = ChecksForm(request.POST, employer=found)
    if not checks.is_valid():
        steps = _flow(request, found)
        return _case(request, found, steps, steps.form(initial=request.POST.dict()), 422, checks)
    return flow.press(request, _flow(request, found, checks=checks.chosen))


def _flow(request, found, **details):
    def show(form, status):
        anew = _get(found.pk)
        return _case(request, anew, _flow(request, anew), form, status)

    return flow.Flow(
        kind=KIND,
        number=found.pk,
        name=found.name,
        queue="employers",
        labels=employer_desk.LABELS,
        show=show,
        reasons=lambda: canned.filled(KIND, _known(found)),
        consequences=lambda: _consequences(found),
        details=details,
    )


def _known(found):
    return {
        "employer": found.name,
        "missing": "、".join(missing(found)),
        "cure": "补好后再提交就行。",
    }


def _case(request, found, steps, form=None, status=200, checks=None):
    actions = employer_desk.actions(found)
    context = {
        "employer": found,
        "where": directory.get(found.region_id),
        "phone": phones.shown(found.contact_phone) if found.contact_phone else "",
        "licence_is_right": uscc.is_valid(found.licence_code),
        "lacking": missing(found),
        "waiting": is_waiting(found),
        "documents": found.documents.select_related("uploaded_by"),
        "people": found.memberships.select_related("user"),
        "choices": flow.buttons(steps, actions),
        "reasons": canned.filled(KIND, _known(found), actions),
        "form": form or steps.form(),
        "can_verify": S.VERIFIED in actions,
        "checks_form": checks or ChecksForm(employer=found),
        "seen": employer_desk.seen(found),
        "history": facts.employer_history(found),
        "decisions": facts.decisions(KIND, found.pk, employer_desk.LABELS),
        "listings": found.listings.order_by("-pk")[: facts.SHOWN],
        "today": timezone.localdate(),
        **flow.claim_context(KIND, found.pk, request.user),
        **facts.employer_facts(found),
    }
    return frame.page(
        request, "admin/desk/employer.html", "employers", found.name, status, **context
    )


def _consequences(found):
    return [
        f"它的 {found.listings.count()} 条兼职全部不再公开。",
        "同一信用代码、同一手机、同一成员不能再登记。",
        "不能撤销。对方只能申诉，由另一位审核员来看。",
    ]
