"""The fields that must be filled in, and the dates that must be possible, before a listing is public."""

import datetime
import re

from django.utils import timezone

from listings.choices import WorkMode
from listings.models import ListingContent
from listings.models.listing_fields import LISTING_FIELDS
from sitekit.forms.fields import normalise_input

MAX_LISTING_DURATION = datetime.timedelta(days=90)
# A job may have begun at most so long ago, and its last day of work may lie at most so far ahead.
_LONGEST_SINCE_START = datetime.timedelta(days=366)
_LONGEST_UNTIL_LAST_DAY = datetime.timedelta(days=731)
# Fields that must not be empty, in the order they are listed in, and labels that differ from usual.
_ALWAYS = "title category region duties requirements headcount settlement valid_through".split()
_WORDS = {
    "requirements": "要求（没有就写“没有特别要求”）",
    "settlement": "结算方式",
    "valid_through": "有效期",
}
# 9:00, 9点半, 18时; and 0900, as sheets of a roster have it.
_CLOCK = re.compile(r"(?<!\d)(\d{1,4})\s*(?:[:点时](?!间)\s*(\d{1,3})?(?!\d)|(?=\D|$))")
_OF_TIME = re.compile(
    "[0-9零一二两三四五六七八九十半点时天日周月早晚夜午班课节场餐饭]|白天|随|不限|不定|弹性|灵活|自由|商|议|面|定"
    "|安排|通知|休|闲|业|放学|放假|假|忙|高峰|开|关|完|到|后|前"
)
_LONGEST_NUMBER = 4


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


def find_hours_error(text: str) -> str:
    """Return what is wrong with the hours that somebody typed, in a Chinese sentence, or ""."""
    words = normalise_input(text)
    for match in _CLOCK.finditer(words):
        digits, minutes = match.groups()
        if len(digits) == _LONGEST_NUMBER and minutes is None:
            digits, minutes = digits[:2], digits[2:]
        is_clock = minutes is not None or match[0].rstrip().endswith((":", "点", "时"))
        if is_clock and not _is_time_of_day(int(digits), int(minutes or 0)):
            return f"没有“{match[0].strip()}”这个时间，写成 9:00–12:00 这样。"
    if words and (not _OF_TIME.search(words) or re.search(r"\d{5}", words)):
        return "看不出是什么时间，写成 9:00–12:00 这样；说不准就写“时间可商量”。"
    return ""


def _is_time_of_day(hour: int, minutes: int) -> bool:
    return (hour < 24 and minutes < 60) or (hour == 24 and not minutes)


def find_date_errors(
    content: ListingContent, stored: ListingContent | None = None
) -> dict[str, str]:
    """Return what is wrong with the dates, in a Chinese sentence at its field.

    Days of work that the listing has already, as `stored`, may lie as far away as they do.
    """
    errors = {
        "start_date": _find_start_error(content.start_date, stored.start_date if stored else None),
        "end_date": _find_end_error(content, stored.end_date if stored else None),
        "valid_through": _find_last_day_error(content),
    }
    return {name: words for name, words in errors.items() if words}


def _find_start_error(start: datetime.date | None, stored_start: datetime.date | None) -> str:
    today = timezone.localdate()
    if start is None or start == stored_start:
        return ""
    if start < today - _LONGEST_SINCE_START:
        return "开始日期太早了，最早写一年前；不填就是随时可以开始。"
    if start > today + _LONGEST_UNTIL_LAST_DAY:
        return "开始日期太远了，最晚写两年后。"
    return ""


def _find_end_error(content: ListingContent, stored_end: datetime.date | None) -> str:
    today = timezone.localdate()
    start, end = content.start_date, content.end_date
    if end is None:
        return ""
    if start and end < start:
        return "结束日期不能早于开始日期。"
    if end < today:
        return "结束日期已经过了。"
    if end > today + _LONGEST_UNTIL_LAST_DAY and end != stored_end:
        return "结束日期太远了，最晚写两年后；一直做下去的，不填结束日期。"
    return ""


def _find_last_day_error(content: ListingContent) -> str:
    today, until = timezone.localdate(), content.valid_through
    if until and until < today:
        return "有效期已经过了，请重新填。"
    if until and until > today + MAX_LISTING_DURATION:
        return f"有效期最长 {MAX_LISTING_DURATION.days} 天，到期可以再续。"
    if until and until != limit_last_day(until, content.end_date):
        return "有效期不能晚于工作的结束日期。"
    return ""


def limit_last_day(until: datetime.date, end: datetime.date | None) -> datetime.date:
    """Return `until`, or the last day of the work if that is earlier."""
    return min(until, end) if end else until
