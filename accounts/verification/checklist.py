"""The context of 资料核验: a line for each paper, and what the employer may do now."""

from typing import Any, NamedTuple

from django.db.models import F

from accounts.choices import CheckKind, EmployerStatus, PaperSide
from accounts.employers import registration
from accounts.employers.membership import list_expected_checks
from accounts.employers.phone_proof import find_phone_proof_end, is_phone_proved
from accounts.employers.transitions import find_refused_renewal
from accounts.models import Employer, EmployerCheck, EmployerDocument, User
from accounts.verification.paper_looks import list_open_papers
from accounts.verification.papers import PAPER_TYPES_ACCEPTED, TWO_SIDED
from accounts.verification.submission import (
    is_waiting,
    list_missing_papers,
    list_paper_kinds,
    may_change_papers,
    may_renew,
)
from sitekit.forms.phone_numbers import format_phone
from sitekit.templatetags.sitekit import cn_date

_HELP = {
    CheckKind.ID_CARD: "人像面、国徽面各一张，四角都在，字能看清。",
    CheckKind.LICENCE: "执照正本或副本，拍全、不反光；电子执照存成 PDF 也行。",
    CheckKind.HR_LICENCE: "人力资源服务许可证，带编号和有效期的那一页。",
    CheckKind.AUTHORISATION: "登记的人不是法人或经营者本人时要：盖章的委托书。",
}
_LEAD = {
    EmployerStatus.UNVERIFIED: "交齐材料、验证手机，再提交审核。通过之前，兼职可以写好，先不公开。",
    EmployerStatus.PENDING: "已经提交，正在审核，一般一个工作日内有结果，会发站内信。",
    EmployerStatus.VERIFIED: "资料在有效期内，兼职可以公开。",
    EmployerStatus.LAPSED: "要重新核对，兼职先不公开。看看材料有没有变，变了的传新的，再提交。",
    EmployerStatus.REJECTED: "没有通过。照下面的原因补好，再提交。",
    # The reason stands below: a complaint that is looked into, or a listing that was a fraud.
    EmployerStatus.FROZEN: "单位被冻结，兼职暂时不公开。先看下面的原因；觉得不对，可以申诉。",
    EmployerStatus.BANNED: "已列入黑名单，兼职全部不再公开。如果弄错了，可以申诉。",
}
_REFUSED = (EmployerStatus.REJECTED, EmployerStatus.FROZEN, EmployerStatus.BANNED)


class PaperPlace(NamedTuple):
    """A place to upload a file: for a paper, or for one side of it."""

    key: str
    side: str
    label: str
    documents: list[EmployerDocument]
    error: str
    takes_more: bool


def build_checklist_lines(
    employer: Employer, user: User, errors: dict[str, str]
) -> list[dict[str, Any]]:
    """`errors` are the words of failed uploads, by key of the place. A paper that the user has opened is shown."""
    expected = list_expected_checks(employer.kind)
    documents: dict[str, list[EmployerDocument]] = {}
    opened = list_open_papers(employer, user)
    for document in employer.documents.filter(purged_at=None).order_by("pk"):
        document.is_open = document.pk in opened
        documents.setdefault(document.kind, []).append(document)
    valid_checks: dict[str, EmployerCheck] = {}
    for check in employer.checks.all():
        if check.is_valid:
            valid_checks.setdefault(check.kind, check)
    return [
        {
            "kind": kind,
            "label": CheckKind(kind).label,
            "help": _HELP[CheckKind(kind)],
            "is_needed": kind in expected,
            "documents": documents.get(kind, []),
            "check": valid_checks.get(kind),
            "upload_words": _describe_upload(employer, kind, documents.get(kind, [])),
            "places": _list_places(kind, documents.get(kind, []), errors),
        }
        for kind in list_paper_kinds(employer)
    ]


def _describe_upload(employer: Employer, kind: str, documents: list[EmployerDocument]) -> str:
    """Return the state of a paper that is not checked yet. A file from before papers had sides counts for both."""
    if not documents:
        return "还没上传"
    sides = {document.side for document in documents}
    missing = [side.label for side in PaperSide if side not in sides]
    if kind in TWO_SIDED and missing and "" not in sides:
        uploaded = [side.label for side in PaperSide if side in sides]
        return f"已传{'、'.join(uploaded)}，还缺{'、'.join(missing)}"
    if is_waiting(employer):
        return "已上传，待核验"
    return "已上传，提交后核验" if may_change_papers(employer) else "已上传"


def get_place_key(kind: str, side: str) -> str:
    """Return the key of a place; for an unknown side that of the first one."""
    if kind not in TWO_SIDED:
        return kind
    return f"{kind}-{side if side in PaperSide.values else PaperSide.FRONT}"


def _list_places(
    kind: str, documents: list[EmployerDocument], errors: dict[str, str]
) -> list[PaperPlace]:
    """Return the places of a paper. Files from before papers had sides come first, and nothing can be added beside
    them."""
    label = str(CheckKind(kind).label)
    if kind not in TWO_SIDED:
        return [PaperPlace(kind, "", label, documents, errors.get(kind, ""), True)]
    former = [document for document in documents if not document.side]
    places = [PaperPlace(kind, "", label, former, errors.get(kind, ""), False)] if former else []
    for side in PaperSide:
        key = get_place_key(kind, side)
        side_documents = [row for row in documents if row.side == side]
        name = f"{label}{side.label}"
        places.append(PaperPlace(key, side, name, side_documents, errors.get(key, ""), True))
    return places


def describe_verification_state(employer: Employer) -> dict[str, Any]:
    """Return the context that says how far the verification is and what may be done."""
    may_submit, reason = may_change_papers(employer), _get_refusal_reason(employer)
    lead = _LEAD[EmployerStatus(employer.status)]
    if may_renew(employer):
        lead = f"资料 {cn_date(employer.recheck_due)}到期。{_describe_renewal(employer, reason)}"
    return {
        "lead": lead,
        "reason": reason,
        "may_submit": may_submit,
        "missing": list_missing_papers(employer) if may_submit else [],
        "submit_words": "提交复核" if employer.recheck_due else "提交审核",
        "phone": format_phone(employer.contact_phone),
        "phone_proved": is_phone_proved(employer),
        "phone_until": find_phone_proof_end(employer),
        "may_renew": may_renew(employer),
        "is_open": employer.status in registration.CORRECTABLE_STATUSES,
        "is_shut": employer.status in registration.SANCTIONED_STATUSES,
        "may_appeal": employer.status in _REFUSED or bool(reason),
        "is_waiting": is_waiting(employer),
        "may_ask_recheck": employer.status == EmployerStatus.VERIFIED,
        "is_in_review": is_waiting(employer) or employer.status == EmployerStatus.FROZEN,
        "accepts": PAPER_TYPES_ACCEPTED,
    }


def _describe_renewal(employer: Employer, reason: str) -> str:
    if is_waiting(employer):
        return "复核已经提交，结果会发站内信。"
    if reason:
        return "复核没有通过，照下面的原因补好，再提交。"
    return "看看有没有变化，提交复核，兼职就不会中断。"


def _get_refusal_reason(employer: Employer) -> str:
    """The reason of the last event that rejected, froze or banned it, or refused its renewal, if it still is so."""
    if employer.status not in _REFUSED:
        refusal = find_refused_renewal(employer)
        return refusal.reason if refusal else ""
    events = employer.events.filter(after=employer.status).exclude(before=F("after"))
    return events.values_list("reason", flat=True).first() or ""
