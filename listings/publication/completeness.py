"""What a listing must say (RULES) before it is public."""

import datetime

from django.utils import timezone

from listings.choices import WorkMode
from listings.models import ListingContent
from listings.models.listing_fields import LISTING_FIELDS

LONGEST = datetime.timedelta(days=90)
# Fields that must not be empty, in the order they are listed in, and labels that differ from usual.
_ALWAYS = "title category region duties requirements headcount settlement valid_through".split()
_WORDS = {
    "requirements": "要求（没有就写“没有特别要求”）",
    "settlement": "结算方式",
    "valid_through": "有效期",
}


def list_missing_fields(content: ListingContent) -> list[str]:
    """Return the labels of the required fields that are empty.

    The pay is never missing: without one it is 面议.
    """
    required = [*_ALWAYS]
    if content.mode != WorkMode.ONLINE:
        required.append("address")
    if content.pay_min is not None:
        required.append("pay_unit")
    values = content.get_content() | {"region": content.region_id}
    missing = [name for name in required if not str(values[name] or "").strip()]
    return [_WORDS.get(name, LISTING_FIELDS[name].label) for name in missing]


def find_date_errors(content: ListingContent) -> str:
    """Return what is wrong with the dates, in a Chinese sentence, or ""."""
    today = timezone.localdate()
    start, end, until = content.start_date, content.end_date, content.valid_through
    if start and end and end < start:
        return "结束日期不能早于开始日期。"
    if end and end < today:
        return "结束日期已经过了。"
    if until and until < today:
        return "有效期已经过了，请重新填。"
    if until and until > today + LONGEST:
        return f"有效期最长 {LONGEST.days} 天，到期可以再续。"
    return ""
