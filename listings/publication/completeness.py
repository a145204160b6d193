"""What a listing must say (RULES) before it is public."""

import datetime
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from listings.choices import WorkMode
from listings.models import ListingContent
from listings.models.listing_fields import LISTING_FIELDS

# A dict of content fields, or a model that has them; and what reads a field of either by name.
type ContentSource = dict[str, Any] | ListingContent
type ContentReader = Callable[[str], Any]

LONGEST = datetime.timedelta(days=90)
# Fields that must not be empty, in the order they are listed in, and labels that differ from usual.
_ALWAYS = "title category region duties requirements headcount settlement valid_through".split()
_WORDS = {
    "requirements": "要求（没有就写“没有特别要求”）",
    "settlement": "结算方式",
    "valid_through": "有效期",
}


def list_missing_fields(content: ContentSource) -> list[str]:
    """Return the labels of the required fields that are empty.

    The pay is never missing: without one it is 面议.
    """
    read_content = make_content_reader(content)
    missing = [
        name for name in _ALWAYS if not read_content("region_id" if name == "region" else name)
    ]
    if read_content("mode") != WorkMode.ONLINE and not read_content("address"):
        missing.append("address")
    if read_content("pay_min") is not None and not read_content("pay_unit"):
        missing.append("pay_unit")
    return [_WORDS.get(name, LISTING_FIELDS[name].label) for name in missing]


def find_date_errors(content: ContentSource) -> str:
    """Return what is wrong with the dates, in a Chinese sentence, or ""."""
    read_content, today = make_content_reader(content), timezone.localdate()
    until, start, end = (
        read_content("valid_through"),
        read_content("start_date"),
        read_content("end_date"),
    )
    if start and end and end < start:
        return "结束日期不能早于开始日期。"
    if end and end < today:
        return "结束日期已经过了。"
    if until and until < today:
        return "有效期已经过了，请重新填。"
    if until and until > today + LONGEST:
        return f"有效期最长 {LONGEST.days} 天，到期可以再续。"
    return ""


def make_content_reader(content: ContentSource) -> ContentReader:
    """Return a function that gives the value of a field by name; the region as `region_id`."""
    if not isinstance(content, dict):
        return lambda name: _strip_text(getattr(content, name))

    def read_field(name: str) -> Any:
        if name == "region_id" and "region_id" not in content:
            region = content.get("region")
            return getattr(region, "pk", region)
        return _strip_text(content.get(name))

    return read_field


def _strip_text(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value
