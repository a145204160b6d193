"""What a listing must say (RULES) before anybody sees it."""

import datetime

from django.utils import timezone

from listings.choices import WorkMode
from listings.vocabulary.listing_fields import LISTING_FIELDS

LONGEST = datetime.timedelta(days=90)
# Fields that must say something, in the order of the sentence, with other words for some.
_ALWAYS = "title category region duties requirements headcount settlement valid_through".split()
_WORDS = {
    "requirements": "要求（没有就写“没有特别要求”）",
    "settlement": "结算方式",
    "valid_through": "有效期",
}


def list_missing_fields(content) -> list[str]:
    """Labels of what is not said; `content` is a dict of content fields or a model that has them.

    No pay means 面议, which is an answer: a form asks for it in words.
    """
    said = make_content_reader(content)
    lacking = [name for name in _ALWAYS if not said("region_id" if name == "region" else name)]
    if said("mode") != WorkMode.ONLINE and not said("address"):
        lacking.append("address")
    if said("pay_min") is not None and not said("pay_unit"):
        lacking.append("pay_unit")
    return [_WORDS.get(name, LISTING_FIELDS[name].label) for name in lacking]


def find_date_errors(content) -> str:
    """What is wrong with the dates, in a sentence; empty where nothing is."""
    said, today = make_content_reader(content), timezone.localdate()
    until, start, end = said("valid_through"), said("start_date"), said("end_date")
    if start and end and end < start:
        return "结束日期不能早于开始日期。"
    if end and end < today:
        return "结束日期已经过了。"
    if until and until < today:
        return "有效期已经过了，请重新填。"
    if until and until > today + LONGEST:
        return f"有效期最长 {LONGEST.days} 天，到期可以再续。"
    return ""


def make_content_reader(content):
    """Reads a field of a dict or of a model alike; the region by its code."""
    if not isinstance(content, dict):
        return lambda name: _bare(getattr(content, name))

    def read(name):
        if name == "region_id" and "region_id" not in content:
            region = content.get("region")
            return getattr(region, "pk", region)
        return _bare(content.get(name))

    return read


def _bare(value):
    return value.strip() if isinstance(value, str) else value
