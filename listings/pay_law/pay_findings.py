"""Judge a listing's pay by the law of part-time work.

Pay below a confirmed minimum is refused. If nobody has read the source of the minimum, a moderator looks. Longer
settlement and more hours are lawful with a full-time contract, so they are only mentioned.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from cities.models import Region
from listings.choices import SettlementCycle, WorkMode
from listings.models import ListingContent
from listings.pay_law.hours import HourlyPay, compute_hourly_pay, compute_weekly_hours
from listings.pay_law.minimums import PlaceMinimum, find_minimum, format_yuan

MAX_DAYS, MAX_WEEKLY_HOURS = 15, Decimal(24)


@dataclass(frozen=True)
class PayFinding:
    """A sentence for author and moderator, and the cure. One that is not refused waits."""

    code: str
    words: str
    cure: str
    is_refused: bool


@dataclass(frozen=True)
class PayNote:
    """A note for the author and moderator, and the words for readers of the page."""

    words: str
    cure: str
    public_words: str


def judge_pay(content: ListingContent) -> PayFinding | None:
    """Return what is wrong with the amount, if anything."""
    pay, place = compute_hourly_pay(content), _get_place(content)
    if pay is None or place is None:
        return None
    minimum = find_minimum(place, confirmed_only=True)
    if minimum and pay.yuan < minimum.figure.yuan_per_hour:
        return _describe_low_pay(content, pay, minimum)
    newest = find_minimum(place)
    if newest and not newest.figure.is_confirmed and pay.yuan < newest.figure.yuan_per_hour:
        words = f"{_describe_hour(pay)}，可能低于当地最低小时工资，审核员核对。"
        return PayFinding("pay.maybe_below_minimum", words, "写低了的请改；写对了的不用改。", False)
    return None


def _describe_low_pay(content: ListingContent, pay: HourlyPay, minimum: PlaceMinimum) -> PayFinding:
    """For online work a person decides, because the work may be done in a place with a lower minimum."""
    is_online = content.mode == WorkMode.ONLINE
    yuan = format_yuan(minimum.figure.yuan_per_hour)
    words = f"{_describe_hour(pay)}，低于{minimum.label}。"
    cure = f"每小时不能少于 {yuan} 元；按天、按月给的，写清每天几小时、每周哪几天；有提成的，保底也要够这个数。"
    return PayFinding("pay.below_minimum", words, cure, not is_online)


def describe_pay_comparison(content: ListingContent) -> str:
    """Return one line for the page; "" unless pay and minimum are both known for sure."""
    pay, place = compute_hourly_pay(content), _get_place(content)
    if pay is None or place is None or content.mode == WorkMode.ONLINE:
        return ""
    minimum = find_minimum(place)
    if minimum is None or not minimum.figure.is_confirmed:
        return ""
    difference = pay.yuan - minimum.figure.yuan_per_hour
    relation = "高于" if difference > 0 else "低于" if difference else "等于"
    return f"{_describe_hour(pay)}，{relation}{minimum.label}。"


def list_pay_notes(content: ListingContent) -> Iterator[PayNote]:
    """Yield the limits of non-full-time work that the listing passes."""
    if is_settled_late(content):
        yield PayNote(
            "非全日制用工，工资结算周期最长不得超过十五日（《劳动合同法》第七十二条）。",
            "改成半月结或更短的；按月发的，要签全日制劳动合同。",
            f"非全日制用工的工资，法律规定最长 {MAX_DAYS} 天结一次；按月结的，先问清签哪种合同。",
        )
    hours = compute_weekly_hours(content)
    if hours is not None and hours > MAX_WEEKLY_HOURS:
        stated = f"{hours.normalize():f}"
        yield PayNote(
            f"写的时段合每周 {stated} 小时；非全日制用工，每周累计不超过二十四小时（《劳动合同法》第六十八条）。",
            "每个人每周做不满这么多的，写进“做什么”；要做这么多的，签全日制劳动合同。",
            f"写的时段合每周 {stated} 小时；每周超过 {MAX_WEEKLY_HOURS} 小时的，不算非全日制，先问清签哪种合同。",
        )


def is_settled_late(content: ListingContent) -> bool:
    """Whether more than fifteen days may pass before the pay is settled."""
    return (
        content.settlement == SettlementCycle.MONTHLY or (content.latest_pay_days or 0) > MAX_DAYS
    )


def _describe_hour(pay: HourlyPay) -> str:
    yuan = format_yuan(pay.yuan)
    return f"合每小时 {yuan} 元（{pay.reckoning}）" if pay.reckoning else f"每小时 {yuan} 元"


def _get_place(content: ListingContent) -> Region | None:
    return content.place if content.region_id else None
