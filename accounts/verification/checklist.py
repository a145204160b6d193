"""The context of 资料核验: a line for each paper, and what the employer may do now."""

from typing import Any

from django.db.models import F

from accounts.choices import CheckKind, EmployerStatus
from accounts.employers import registration
from accounts.employers.membership import list_expected_checks
from accounts.employers.phone_proof import is_phone_proved
from accounts.models import Employer, EmployerCheck, EmployerDocument
from accounts.verification.submission import (
    is_waiting,
    list_missing_papers,
    list_paper_kinds,
    may_change_papers,
    may_renew,
)
from sitekit.forms.phone_numbers import format_phone
from sitekit.templatetags.sitekit import cn_date

ACCEPTS = "image/*,application/pdf"
_HELP = {
    CheckKind.ID_CARD: "正面、反面各一张，四角都在，字能看清。",
    CheckKind.LICENCE: "执照正本或副本，拍全、不反光；电子执照存成 PDF 也行。",
    CheckKind.HR_LICENCE: "人力资源服务许可证，带编号和有效期的那一页。",
    CheckKind.AUTHORISATION: "登记的人不是法人或经营者本人时要：盖章的委托书。",
}
_LEAD = {
    EmployerStatus.UNVERIFIED: "交齐材料、验证手机，再提交审核。通过之前，兼职可以写好，先不公开。",
    EmployerStatus.PENDING: "已经提交，正在审核，一般一个工作日内有结果，会发站内信。",
    EmployerStatus.VERIFIED: "资料在有效期内，兼职可以公开。",
    EmployerStatus.LAPSED: "复核到期了，兼职先收起来了。看看材料有没有变，再提交一次。",
    EmployerStatus.REJECTED: "没有通过。照下面的原因补好，再提交。",
    EmployerStatus.FROZEN: "有投诉正在核实，兼职暂时不公开。核实完会告诉你结果。",
    EmployerStatus.BANNED: "已列入黑名单，兼职全部不再公开。如果弄错了，可以申诉。",
}


def build_checklist_lines(employer: Employer, errors: dict[str, str]) -> list[dict[str, Any]]:
    """`errors` are the words of failed uploads, by kind."""
    expected = list_expected_checks(employer.kind)
    documents: dict[str, list[EmployerDocument]] = {}
    for document in employer.documents.filter(purged_at=None).order_by("pk"):
        documents.setdefault(document.kind, []).append(document)
    valid_checks: dict[str, EmployerCheck] = {}
    for check in employer.checks.all():
        if check.holds:
            valid_checks.setdefault(check.kind, check)
    return [
        {
            "kind": kind,
            "label": CheckKind(kind).label,
            "help": _HELP[CheckKind(kind)],
            "is_needed": kind in expected,
            "documents": documents.get(kind, []),
            "check": valid_checks.get(kind),
            "error": errors.get(kind, ""),
        }
        for kind in list_paper_kinds(employer)
    ]


def describe_verification_state(employer: Employer) -> dict[str, Any]:
    """Return the context that says how far the verification is and what may be done."""
    may_submit = may_change_papers(employer)
    lead = _LEAD[EmployerStatus(employer.status)]
    if may_renew(employer):
        lead = f"资料 {cn_date(employer.recheck_due)}到期。" + (
            "复核已经提交，结果会发站内信。"
            if is_waiting(employer)
            else "看看有没有变化，提交复核，兼职就不会中断。"
        )
    return {
        "lead": lead,
        "reason": _get_refusal_reason(employer),
        "may_submit": may_submit,
        "missing": list_missing_papers(employer) if may_submit else [],
        "submit_words": "提交复核" if employer.recheck_due else "提交审核",
        "phone": format_phone(employer.contact_phone),
        "phone_proved": is_phone_proved(employer),
        "is_open": employer.status in registration.OPEN,
        "is_shut": employer.status in registration.SHUT,
        "is_in_review": is_waiting(employer) or employer.status == EmployerStatus.FROZEN,
        "accepts": ACCEPTS,
    }


def _get_refusal_reason(employer: Employer) -> str:
    """The reason of the last event that rejected, froze or banned it, if it still is so."""
    refused = (EmployerStatus.REJECTED, EmployerStatus.FROZEN, EmployerStatus.BANNED)
    if employer.status not in refused:
        return ""
    events = employer.events.filter(after=employer.status).exclude(before=F("after"))
    return events.values_list("reason", flat=True).first() or ""
