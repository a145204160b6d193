"""What an upheld appeal restored, in words: the state that readers see now, not the state before."""

from listings.employer_desk.dashboard import describe_listing_state
from listings.models import Listing
from safety.aftercare.fraud_cases import Withdrawal


def describe_withdrawal(withdrawal: Withdrawal | None) -> str:
    if withdrawal is None:
        return ""
    words = "单位一起解冻。" if withdrawal.is_unfrozen else ""
    if withdrawal.released:
        count = len(withdrawal.released)
        shown = Listing.objects.live().filter(pk__in=withdrawal.released).count()
        words += f"一起收起来的 {count} 条兼职照原样恢复"
        if shown < count:
            words += f"，其中 {shown} 条现在公开" if shown else "，但现在都不公开"
        words += "。"
    return words


def describe_listing(listing: Listing) -> str:
    """Read the listing again and describe its state now: the employer may still be frozen, the last day past."""
    listing = Listing.objects.select_related("employer").get(pk=listing.pk)
    return f"这条兼职现在的状态：{describe_listing_state(listing)}。"
