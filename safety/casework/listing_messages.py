"""What the people of an employer are told of a decision on a listing."""

from django.urls import reverse

from accounts.employers.member_notices import MemberMessage
from listings.choices import ListingStatus as S
from listings.models import Listing
from safety.appeals.transitions import build_appeal_path
from safety.models import FraudCase


def build_listing_message(listing: Listing, action: str, reason: str) -> MemberMessage:
    name = f"「{listing.title}」"
    manage_path = reverse("listings:manage", args=[listing.pk])
    appeal_path = build_appeal_path(listing)
    match action:
        case S.PUBLISHED | "restore":
            if listing.employer and not listing.employer.is_in_good_standing:
                outcome = "通过审核，等单位认证有效时就会公开"
            elif listing.status != S.PUBLISHED:
                outcome = f"核实完毕，回到你们原来的「{listing.get_status_display()}」"
            else:
                outcome = "通过审核，已经公开" if action == S.PUBLISHED else "核实完毕，重新公开"
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


def describe_case_effects(case: FraudCase) -> str:
    """Return lines for the members of the employer."""
    words = "\n单位一起冻结：兼职都不公开，也不能提交新的。" if case.freeze else ""
    if case.held:
        words += f"\n你们另外 {case.held} 条兼职先收起来，逐条重新看过再恢复。"
    return words
