"""Official numbers to call: the shipped ones with changes of the operator, and those that the operator added."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString

from news.models import Hotline
from sitekit.site_settings.kept_settings import KeptSetting


class HotlineEntry(NamedTuple):
    number: str
    words: str
    footer_name: str = ""
    position: int | None = None
    in_advice: bool = False
    is_shown: bool = True


# 12381 is not among them: it sends warnings by SMS, and nobody answers there.
_SHIPPED = (
    HotlineEntry("110", "报警，钱已经转出去的先打这个", "报警"),
    HotlineEntry("96110", "反诈专线，拿不准就问（没开通的地方打 110）", "反诈"),
    HotlineEntry("12333", "劳动保障，拖欠工资、扣证件、收押金", "劳动保障"),
    HotlineEntry("12315", "市场监管，乱收费、虚假宣传、退培训费", "消费投诉"),
    HotlineEntry("12348", "法律援助，要打官司又没钱", "法律援助"),
    HotlineEntry("12377", "举报网上的违法信息和账号", "举报网上违法信息"),
    HotlineEntry("12321", "举报骚扰电话、垃圾短信"),
)
SHIPPED_HOTLINES: Mapping[str, HotlineEntry] = {entry.number: entry for entry in _SHIPPED}
APP = "app"
# What helps with any fraud.
USUAL_NUMBERS = ("110", "96110")
# What to do where a guide is missing.
FIRST_30 = (
    "别再转钱，也别听对方说“补一单就能退”。",
    "打 110，说清转了多少、转到哪个账号、什么时候转的。",
    "打银行或支付软件的客服，要求止付、挂失。",
    "改掉支付和社交账号的密码；给过验证码、开过屏幕共享的，先断网再改。",
    "聊天、账号、转账记录都截图留好，先别删好友。",
)


def _read_changes() -> tuple[HotlineEntry, ...]:
    rows = Hotline.objects.order_by("pk").values_list(*HotlineEntry._fields)
    return tuple(map(HotlineEntry._make, rows))


HOTLINE_CHANGES: KeptSetting[tuple[HotlineEntry, ...]] = KeptSetting(
    "site", "hotlines", _read_changes, shipped=()
)


def map_hotlines() -> dict[str, HotlineEntry]:
    """Return {number: entry} of the hotlines that are shown."""
    changes = {entry.number: entry for entry in HOTLINE_CHANGES.get()}
    entries = {**SHIPPED_HOTLINES, **changes}
    return {number: entry for number, entry in entries.items() if entry.is_shown}


def list_footer_hotlines() -> list[HotlineEntry]:
    """Return the hotlines at the foot of each page: first those that the operator ordered, then the others."""
    entries = [entry for entry in map_hotlines().values() if entry.footer_name]
    return sorted(entries, key=lambda e: float("inf") if e.position is None else e.position)


def list_hotline_names(codes: Iterable[str] = USUAL_NUMBERS) -> list[tuple[str, str]]:
    """Return (number, what it is for) of these hotlines and of those that the operator added to all advice. The text
    of the app is ""."""
    entries = map_hotlines()
    added = [
        number
        for number, entry in entries.items()
        if entry.in_advice and number not in SHIPPED_HOTLINES
    ]
    shown = [code for code in codes if code == APP or code in entries]
    return [
        (code, entries[code].words if code in entries else "")
        for code in dict.fromkeys((*shown, *added))
    ]


def render_hotline_lines(
    codes: Iterable[str] = USUAL_NUMBERS, *, as_shipped: bool = False
) -> list[SafeString]:
    """Return a line of HTML for each hotline; a number is a link that dials it. Stored texts are written with
    `as_shipped`: comparing them with the shipped words shows whether an editor changed them."""
    names = (
        [(code, SHIPPED_HOTLINES[code].words if code != APP else "") for code in codes]
        if as_shipped
        else list_hotline_names(codes)
    )
    return [
        format_html("<b>{}</b> 举报、查可疑账号", "国家反诈中心 App")
        if code == APP
        else format_html('<a href="tel:{0}">{0}</a> {1}', code, words)
        for code, words in names
    ]
