"""The notices to the members of an employer about a decision on a listing."""

from django.urls import reverse

from accounts.employers.member_notices import MemberMessage
from accounts.models import EmployerStatus
from listings.choices import ListingStatus as S
from listings.models import Listing
from safety.appeals.transitions import build_appeal_path
from safety.models import FraudCase

_HIDDEN_WITH_EMPLOYER: dict[str, str] = {
    EmployerStatus.FROZEN: "等单位解冻以后才公开",
    EmployerStatus.BANNED: "但单位被列入黑名单，不会公开",
}


def build_listing_message(listing: Listing, action: str, reason: str) -> MemberMessage:
    name = f"「{listing.title}」"
    manage_path = reverse("listings:manage", args=[listing.pk])
    appeal_path = build_appeal_path(listing)
    match action:
        case S.PUBLISHED | "restore":
            outcome = _describe_publication(listing, action)
            return MemberMessage("", f"{name}{outcome}", reason, manage_path, "去看看")
        case "approve_edit":
            return MemberMessage("", f"{name}的修改通过了", reason, manage_path, "去看看")
        case S.REJECTED:
            text = f"{reason}\n改好后再提交就行。觉得处理得不对，可以在兼职页面上申诉。"
            return MemberMessage("", f"{name}没有通过审核", text, manage_path, "去修改")
        case "refuse_edit":
            text = (
                f"{reason}\n原来的内容仍然公开，改好后再提交就行。"
                "觉得处理得不对，可以在兼职页面上申诉。"
            )
            return MemberMessage("", f"{name}的修改没有通过", text, manage_path, "去修改")
        case S.HELD:
            text = f"{reason}\n核实期间不公开，核实完会告诉你结果。觉得不对可以申诉。"
            return MemberMessage("", f"{name}已暂停，正在核实", text, appeal_path, "申诉")
        case _:
            text = f"{reason}\n觉得处理得不对可以申诉，由另一位审核员来看。"
            never_public = action == S.REMOVED_FRAUD and listing.published_at is None
            outcome = "没有通过，按涉诈处理" if never_public else "已经下架"
            return MemberMessage("", f"{name}{outcome}", text, appeal_path, "申诉")


def _describe_publication(listing: Listing, action: str) -> str:
    if listing.status != S.PUBLISHED:
        return f"核实完毕，回到你们原来的「{listing.get_status_display()}」"
    is_new, employer = action == S.PUBLISHED, listing.employer
    checked = "通过审核" if is_new else "核实完毕"
    if employer and employer.status in _HIDDEN_WITH_EMPLOYER:
        return f"{checked}，{_HIDDEN_WITH_EMPLOYER[employer.status]}"
    if employer and not employer.is_in_good_standing:
        return f"{checked}，等单位认证有效时就会公开"
    return f"{checked}，{'已经公开' if is_new else '重新公开'}"


def describe_case_effects(case: FraudCase) -> str:
    """Return lines that tell the members what the fraud case did to their employer."""
    words = "\n单位一起冻结：兼职都不公开，也不能提交新的。" if case.freeze else ""
    if case.held:
        words += f"\n你们另外 {case.held} 条兼职先收起来，逐条重新看过再恢复。"
    return words
